// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/cambi.h"

#include <vector>

#include "features/cambi/contrast.h"
#include "features/cambi/picture.h"
#include "features/cambi/pool.h"

namespace vmaf_dnn::features {
namespace {

double mean_contrast(const Luma& picture, const Image<uint8_t>& mask, const CambiPlan& plan) {
  const Image<float> values = contrast_values(picture, mask, plan);
  const size_t n = static_cast<size_t>(picture.width()) * static_cast<size_t>(picture.height());
  return mean_of_largest(std::vector<float>(values[0], values[0] + n), n_pooled(n, plan.topk));
}

}  // namespace

double cambi_score(const Plane& distorted, const Format& format, const CambiPlan& plan) {
  Luma picture = to_cambi_picture(distorted, format, plan);
  Image<uint8_t> mask = flat_mask(picture, plan.mask_threshold);
  CambiScore score(plan);
  for (int scale = 0; scale < kCambiScales; ++scale) {
    if (scale > 0 || plan.halved) {
      picture = halve(picture);
      mask = halve(mask);
    }
    picture = filter_modes(picture);
    score.add(mean_contrast(picture, mask, plan));
  }
  return score.value();
}

}  // namespace vmaf_dnn::features
