// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vmaf_dnn::features {

// Owned samples, row by row; image[y][x].
template <typename T>
class Image {
 public:
  Image() = default;
  Image(int width, int height)
      : width_(width), height_(height), samples_(static_cast<size_t>(width) * static_cast<size_t>(height)) {}

  int width() const { return width_; }
  int height() const { return height_; }
  T* operator[](int y) { return samples_.data() + offset(y); }
  const T* operator[](int y) const { return samples_.data() + offset(y); }

 private:
  size_t offset(int y) const { return static_cast<size_t>(y) * static_cast<size_t>(width_); }

  int width_ = 0;
  int height_ = 0;
  std::vector<T> samples_;
};

using Luma = Image<uint16_t>;

}  // namespace vmaf_dnn::features
