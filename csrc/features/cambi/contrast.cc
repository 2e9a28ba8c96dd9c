// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/contrast.h"

#include <algorithm>
#include <array>

namespace vmaf_dnn::features {
namespace {

// How many masked samples of a window have each code. The window slides along a row, and what of it lies
// outside of the picture is left out.
class Counts {
 public:
  Counts(const Luma& picture, const Image<uint8_t>& mask, int radius, int y)
      : picture_(picture),
        mask_(mask),
        first_(std::max(y - radius, 0)),
        last_(std::min(y + radius, picture.height() - 1)) {}

  void add(int x) { count(x, 1); }
  void remove(int x) { count(x, -1); }
  // `code` may be up to kCambiMaxContrasts outside of the codes there are.
  int of(int code) const { return counts_[static_cast<size_t>(code + kCambiMaxContrasts)]; }

 private:
  void count(int x, int step) {
    if (x < 0 || x >= picture_.width()) return;
    for (int y = first_; y <= last_; ++y)
      if (mask_[y][x]) counts_[static_cast<size_t>(picture_[y][x] + kCambiMaxContrasts)] += step;
  }

  const Luma& picture_;
  const Image<uint8_t>& mask_;
  int first_, last_;
  std::array<int, kCambiCodes + 2 * kCambiMaxContrasts> counts_{};
};

float contrast_value(const Counts& counts, int code, const CambiPlan& plan) {
  const int n_same = counts.of(code);
  float greatest = 0;
  for (int contrast = 1; contrast <= plan.n_contrasts; ++contrast) {
    if (!plan.fires(code, contrast)) continue;
    const int n_other = std::max(counts.of(code + contrast), counts.of(code - contrast));
    const float product = static_cast<float>(kCambiWeights[contrast - 1] * n_same * n_other);
    greatest = std::max(greatest, product * plan.reciprocals[static_cast<size_t>(n_same + n_other)]);
  }
  return greatest;
}

}  // namespace

Image<float> contrast_values(const Luma& picture, const Image<uint8_t>& mask, const CambiPlan& plan) {
  const int radius = plan.window / 2;
  Image<float> values(picture.width(), picture.height());
  for (int y = 0; y < picture.height(); ++y) {
    Counts counts(picture, mask, radius, y);
    for (int x = 0; x < radius; ++x) counts.add(x);
    for (int x = 0; x < picture.width(); ++x) {
      counts.add(x + radius);
      counts.remove(x - radius - 1);
      if (mask[y][x]) values[y][x] = contrast_value(counts, picture[y][x], plan);
    }
  }
  return values;
}

}  // namespace vmaf_dnn::features
