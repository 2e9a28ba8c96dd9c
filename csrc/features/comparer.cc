// SPDX-License-Identifier: BSD-3-Clause
#include "features/comparer.h"

#include <algorithm>
#include <array>
#include <vector>

#include "features/adm/adm.h"
#include "features/motion/motion.h"
#include "features/vif/vif.h"

namespace vmaf_dnn::features {

Comparer::Comparer(const Format& format, int n_distorted, const Options& options)
    : format_(format), n_distorted_(n_distorted), options_(options), kernels_(choose_kernels()) {
  if (kernels_.adm != nullptr)
    adm_.emplace(*kernels_.adm, format, n_distorted, options.adm_enhn_gain_limit, 0, 1);
  if (kernels_.motion != nullptr && options.motion_rule == MotionRule::kLibvmaf32 &&
      format.bit_depth <= kMaxMotionKernelDepth)
    motion_.emplace(*kernels_.motion, format, 0, format.height);
  if (kernels_.vif != nullptr) vif_.emplace(*kernels_.vif, format, n_distorted, options.vif_enhn_gain_limit);
}

void Comparer::compare(const Plane& reference, const Plane* distorted, FeatureRow* rows) {
  compare_adm(reference, distorted, rows);
  compare_vif(reference, distorted, rows);
}

void Comparer::compare_adm(const Plane& reference, const Plane* distorted, FeatureRow* rows) {
  if (adm_) {
    for (const AdmSums& sums : adm_->measure(reference, distorted))
      (*rows++)[0] = adm_score(sums, format_.width, format_.height);
    return;
  }
  const Luma r = to_luma(reference, format_);
  for (int i = 0; i < n_distorted_; ++i)
    rows[i][0] =
        adm_score(r, to_luma(distorted[i], format_), format_.bit_depth, options_.adm_enhn_gain_limit);
}

void Comparer::compare_vif(const Plane& reference, const Plane* distorted, FeatureRow* rows) {
  std::vector<std::array<double, kVifScales>> scores(static_cast<size_t>(n_distorted_));
  if (vif_) {
    vif_->score(reference, distorted, scores.data());
  } else {
    const Luma r = to_luma(reference, format_);
    for (size_t i = 0; i < scores.size(); ++i)
      scores[i] =
          vif_scores(r, to_luma(distorted[i], format_), format_.bit_depth, options_.vif_enhn_gain_limit);
  }
  for (size_t i = 0; i < scores.size(); ++i)
    std::copy(scores[i].begin(), scores[i].end(), rows[i].begin() + 1);
}

double Comparer::motion(const Plane& previous, const Plane& current) {
  if (motion_) return motion_score(motion_->measure(previous, current), format_.width, format_.height);
  return motion_score(to_luma(previous, format_), to_luma(current, format_), format_.bit_depth,
                      options_.motion_rule);
}

}  // namespace vmaf_dnn::features
