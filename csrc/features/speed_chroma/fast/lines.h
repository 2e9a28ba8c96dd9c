// SPDX-License-Identifier: BSD-3-Clause
// Lines of single precision that kernels may overrun.
#pragma once

#include <cstddef>
#include <vector>

#include "features/speed_chroma/fast/kernels.h"

namespace vmaf_dnn::features {

inline std::vector<float> speed_line(int n) {
  return std::vector<float>(static_cast<size_t>(n + kSpeedSlack));
}

class SpeedLines {
 public:
  SpeedLines(int width, int height)
      : width_(width),
        height_(height),
        stride_(width + kSpeedSlack),
        samples_(speed_line(stride_ * height)) {}

  int width() const { return width_; }
  int height() const { return height_; }
  int stride() const { return stride_; }
  float* row(int y) { return samples_.data() + static_cast<ptrdiff_t>(stride_) * y; }
  const float* row(int y) const { return samples_.data() + static_cast<ptrdiff_t>(stride_) * y; }

 private:
  int width_, height_, stride_;
  std::vector<float> samples_;
};

}  // namespace vmaf_dnn::features
