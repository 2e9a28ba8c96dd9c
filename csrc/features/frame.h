// SPDX-License-Identifier: BSD-3-Clause
// Frames as they come from outside: luma only, whatever its range and left as it is.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "features/image.h"

namespace vmaf_dnn::features {

// Below 33 samples a side the deepest wavelet level would reach beyond its mirror image.
inline constexpr int kMinSide = 33;
// Row sums of the features were bounded for sides up to this.
inline constexpr int kMaxSide = 32768;

struct Format {
  int width;
  int height;
  int bit_depth;  // 8: bytes; 9 to 16: native 16-bit words with the value in their low bits
};

struct Plane {
  const void* samples;     // the first sample of the top row
  ptrdiff_t stride_bytes;  // from one row to the next; may be negative
};

// Throws Error{kInvalidArgument}.
void check_format(const Format& format);

// Throws Error{kInvalidArgument} for a sample that needs more than bit_depth bits; `name` is the plane's in
// that sentence.
void check_samples(const Plane& plane, const Format& format, const std::string& name);

// What the definitions read.
Luma to_luma(const Plane& plane, const Format& format);

// A plane of its own, rows contiguous.
class Frame {
 public:
  // Takes a copy.
  void assign(const Plane& plane, const Format& format);

  Plane plane() const { return {samples_.data(), stride_bytes_}; }

 private:
  ptrdiff_t stride_bytes_ = 0;
  std::vector<char> samples_;
};

}  // namespace vmaf_dnn::features
