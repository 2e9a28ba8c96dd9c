// SPDX-License-Identifier: BSD-3-Clause
// The images of a reference and of its distorted versions at each scale. The parts of a scale make those of
// the next together.
#pragma once

#include <array>
#include <vector>

#include "features/frame.h"
#include "features/image.h"
#include "features/vif/fast/kernels.h"

namespace vmaf_dnn::features {

class VifPyramid {
 public:
  VifPyramid(const VifKernels& kernels, const Format& format, int n_distorted);

  // Where scale 0 is read.
  void begin(const Planes& reference, const Planes* distorted);
  // Where `scale` is read and the next is written: the reference, then the distorted versions.
  const std::vector<VifSide>& sides_at(int scale);

 private:
  std::array<std::vector<Luma>, kVifScales> images_;  // none at scale 0
  std::vector<VifSide> sides_;
};

}  // namespace vmaf_dnn::features
