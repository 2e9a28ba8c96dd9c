// SPDX-License-Identifier: BSD-3-Clause
#include "features/vif/fast/pyramid.h"

namespace vmaf_dnn::features {

VifPyramid::VifPyramid(const VifKernels& kernels, const Format& format, int n_distorted)
    : sides_(static_cast<size_t>(n_distorted) + 1) {
  for (int scale = 1; scale < kVifScales; ++scale)
    for (size_t i = 0; i < sides_.size(); ++i)
      images_[static_cast<size_t>(scale)].emplace_back((format.width >> scale) + kernels.group,
                                                       format.height >> scale);
}

void VifPyramid::begin(const Planes& reference, const Planes* distorted) {
  for (size_t i = 0; i < sides_.size(); ++i) {
    const Plane& plane = (i == 0 ? reference : distorted[i - 1])[0];
    sides_[i] = {plane.samples, plane.stride_bytes, nullptr, 0};
  }
}

const std::vector<VifSide>& VifPyramid::sides_at(int scale) {
  for (size_t i = 0; i < sides_.size(); ++i) {
    if (scale > 0) {
      Luma& image = images_[static_cast<size_t>(scale)][i];
      sides_[i].samples = image[0];
      sides_[i].stride_bytes = 2 * image.width();
    }
    Luma* const next = scale + 1 < kVifScales ? &images_[static_cast<size_t>(scale) + 1][i] : nullptr;
    sides_[i].coarser = next == nullptr ? nullptr : (*next)[0];
    sides_[i].coarser_stride = next == nullptr ? 0 : next->width();
  }
  return sides_;
}

}  // namespace vmaf_dnn::features
