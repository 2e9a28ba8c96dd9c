// SPDX-License-Identifier: BSD-3-Clause
// Motion of some rows of a picture: five rows of differences, one of their blur.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "features/frame.h"
#include "features/motion/fast/kernels.h"

namespace vmaf_dnn::features {

class MotionPart {
 public:
  // Rows first to end - 1. `kernels` has to outlive it; the format has at most kMaxMotionKernelDepth bits.
  MotionPart(const MotionKernels& kernels, const Format& format, int first, int end);

  void measure(const Plane& previous, const Plane& current);
  // Of the magnitudes of the blurred difference, by the rule of libvmaf 3.2.
  int64_t sum() const { return sum_; }

 private:
  static constexpr int kTaps = 2 * kMotionRadius + 1;

  void subtract(const Plane& previous, const Plane& current, int y);
  int64_t sum_row(int y);

  const MotionKernels& kernels_;
  Format format_;
  int first_, end_;
  std::array<std::vector<int16_t>, kTaps> differences_;
  std::array<bool, kTaps> differs_{};
  std::vector<int16_t> filtered_halves_, filtered_odds_;
  int64_t sum_ = 0;
};

}  // namespace vmaf_dnn::features
