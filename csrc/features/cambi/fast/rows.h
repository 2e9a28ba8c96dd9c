// SPDX-License-Identifier: BSD-3-Clause
// Rows that kernels may read and write beyond their ends.
#pragma once

#include <cstddef>
#include <vector>

#include "features/cambi/fast/kernels.h"

namespace vmaf_dnn::features {

template <typename T>
class SlackRows {
 public:
  // Keeps the memory it had; what is in the rows is not defined.
  void reshape(int width, int n_rows) {
    width_ = width;
    n_rows_ = n_rows;
    stride_ = static_cast<size_t>(width + 2 * kCambiSlack);
    const size_t n = stride_ * static_cast<size_t>(n_rows);
    if (samples_.size() < n) samples_.resize(n);
  }

  void clear() { samples_.assign(samples_.size(), T{}); }

  int width() const { return width_; }
  int n_rows() const { return n_rows_; }
  T* operator[](int y) { return samples_.data() + static_cast<size_t>(y) * stride_ + kCambiSlack; }
  const T* operator[](int y) const {
    return samples_.data() + static_cast<size_t>(y) * stride_ + kCambiSlack;
  }

 private:
  int width_ = 0, n_rows_ = 0;
  size_t stride_ = 0;
  std::vector<T> samples_;
};

}  // namespace vmaf_dnn::features
