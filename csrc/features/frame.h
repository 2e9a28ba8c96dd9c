// SPDX-License-Identifier: BSD-3-Clause
// Frames as they come from outside: whatever their range, left as they are.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "features/image.h"

namespace vmaf_dnn::features {

// Below 33 samples a side the deepest wavelet level would reach beyond its mirror image.
inline constexpr int kMinSide = 33;
// Row sums of the features were bounded for sides up to this.
inline constexpr int kMaxSide = 32768;

// The size of the chroma planes; kNone: frames are luma alone.
enum class Chroma { kNone, k420, k422, k444 };

struct Format {
  int width;
  int height;
  int bit_depth;  // 8: bytes; 9 to 16: native 16-bit words with the value in their low bits
  Chroma chroma = Chroma::kNone;

  int sample_bytes() const { return bit_depth == 8 ? 1 : 2; }
  int n_planes() const { return chroma == Chroma::kNone ? 1 : 3; }
  // Of each chroma plane; what is odd of luma is rounded up.
  Format of_chroma() const;
  Format of_plane(int plane) const { return plane == 0 ? *this : of_chroma(); }
};

struct Plane {
  const void* samples;     // the first sample of the top row
  ptrdiff_t stride_bytes;  // from one row to the next; may be negative

  const void* row(int y) const { return static_cast<const char*>(samples) + stride_bytes * y; }
};

// Y, or Y, U and V.
using Planes = std::array<Plane, 3>;

// Throws Error{kInvalidArgument}.
void check_format(const Format& format);

// Throws Error{kInvalidArgument} for a sample that needs more than bit_depth bits; `name` is the frame's in
// that sentence.
void check_samples(const Planes& planes, const Format& format, const std::string& name);

// What the definitions read.
Luma to_luma(const Plane& plane, const Format& format);

// A plane of its own, rows contiguous.
class Frame {
 public:
  // Takes a copy.
  void assign(const Plane& plane, const Format& format);

  // The same in parts, which threads may share: the size, then rows from `first` up to `end`.
  void resize(const Format& format);
  void assign_rows(const Plane& plane, int first, int end);

  Plane plane() const { return {samples_.data(), stride_bytes_}; }

 private:
  ptrdiff_t stride_bytes_ = 0;
  std::vector<char> samples_;
};

}  // namespace vmaf_dnn::features
