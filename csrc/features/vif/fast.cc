// SPDX-License-Identifier: BSD-3-Clause
#include "features/vif/fast.h"

#include <cstdint>

#include "features/vif/information.h"
#include "features/vif/log_table.h"

namespace vmaf_dnn::features {
namespace {

constexpr size_t kAlignment = 64;

char* align(char* p) { return p + (kAlignment - reinterpret_cast<uintptr_t>(p) % kAlignment) % kAlignment; }

const uint16_t* log_table() {
  static const VifLogSteps steps{VifLog()};
  return steps.data();
}

}  // namespace

FastVif::FastVif(const VifKernels& kernels, const Format& format, int n_distorted, double enhn_gain_limit)
    : kernels_(kernels),
      format_(format),
      n_distorted_(n_distorted),
      enhn_gain_limit_(enhn_gain_limit),
      workspace_(kernels.workspace_bytes(n_distorted) + kAlignment) {
  for (int scale = 1; scale < kVifScales; ++scale)
    for (int i = 0; i <= n_distorted; ++i)
      images_[static_cast<size_t>(scale)].emplace_back(
          (format.width >> scale) + static_cast<int>(kernels.n_padding), format.height >> scale);
}

VifBand FastVif::band_of(int scale) const {
  const int height = format_.height >> scale;
  const int mean_shift = scale == 0 ? format_.bit_depth : 16;
  const int product_shift = scale == 0 ? 2 * (format_.bit_depth - 8) : 16;
  return {format_.width >> scale, height,      0,  height,  mean_shift,   product_shift,
          enhn_gain_limit_,       log_table(), {}, nullptr, n_distorted_, nullptr};
}

void FastVif::score(const Plane& reference, const Plane* distorted, std::array<double, kVifScales>* scores) {
  std::vector<VifSide> sides = {{reference.samples, reference.stride_bytes, nullptr, 0}};
  for (int i = 0; i < n_distorted_; ++i)
    sides.push_back({distorted[i].samples, distorted[i].stride_bytes, nullptr, 0});
  for (size_t scale = 0; scale < kVifScales; ++scale) {
    for (size_t i = 0; i < sides.size(); ++i) {
      if (scale > 0) {
        Luma& image = images_[scale][i];
        sides[i].samples = image[0];
        sides[i].stride_bytes = 2 * image.width();
      }
      Luma* const next = scale + 1 < kVifScales ? &images_[scale + 1][i] : nullptr;
      sides[i].coarser = next == nullptr ? nullptr : (*next)[0];
      sides[i].coarser_stride = next == nullptr ? 0 : next->width();
    }
    VifBand band = band_of(static_cast<int>(scale));
    band.reference = sides[0];
    band.distorted = sides.data() + 1;
    band.workspace = align(workspace_.data());
    VifReferenceSums of_reference = {};
    std::vector<VifDistortedSums> of_distorted(static_cast<size_t>(n_distorted_));
    const VifKernel kernel = scale == 0 && format_.bit_depth == 8 ? kernels_.bytes : kernels_.words[scale];
    kernel(band, of_reference, of_distorted.data());
    for (size_t i = 0; i < of_distorted.size(); ++i)
      scores[i][scale] = VifInformation{of_distorted[i].logs, of_reference.logs, of_reference.n_flat,
                                        of_distorted[i].flat_variance}
                             .score();
  }
}

}  // namespace vmaf_dnn::features
