// SPDX-License-Identifier: BSD-3-Clause
#include "features/frame.h"

#include <cstdint>

#include "error.h"

namespace vmaf_dnn::features {
namespace {

template <typename Sample>
Luma copy(const Plane& plane, const Format& format) {
  Luma luma(format.width, format.height);
  for (int y = 0; y < format.height; ++y) {
    const void* const row = static_cast<const char*>(plane.samples) + plane.stride_bytes * y;
    for (int x = 0; x < format.width; ++x) luma[y][x] = static_cast<const Sample*>(row)[x];
  }
  return luma;
}

void check_samples(const Luma& luma, int bit_depth, const std::string& name) {
  for (int y = 0; y < luma.height(); ++y)
    for (int x = 0; x < luma.width(); ++x)
      if (luma[y][x] >> bit_depth != 0)
        throw Error(Code::kInvalidArgument,
                    "the " + name + " frame holds " + std::to_string(luma[y][x]) + " at column " +
                        std::to_string(x) + ", row " + std::to_string(y) + ", which needs more than " +
                        std::to_string(bit_depth) + " bits; give the bit depth that the samples have.");
}

}  // namespace

void check_format(const Format& format) {
  const auto is_side = [](int n) { return kMinSide <= n && n <= kMaxSide; };
  if (!is_side(format.width) || !is_side(format.height))
    throw Error(Code::kInvalidArgument, "frames are " + std::to_string(format.width) + "x" +
                                            std::to_string(format.height) + "; each side must be " +
                                            std::to_string(kMinSide) + " to " + std::to_string(kMaxSide) +
                                            " samples.");
  if (format.bit_depth < 8 || format.bit_depth > 16)
    throw Error(Code::kInvalidArgument,
                "bit depth is " + std::to_string(format.bit_depth) + "; it must be 8 to 16.");
}

Luma read_plane(const Plane& plane, const Format& format, const std::string& name) {
  Luma luma = format.bit_depth == 8 ? copy<uint8_t>(plane, format) : copy<uint16_t>(plane, format);
  check_samples(luma, format.bit_depth, name);
  return luma;
}

}  // namespace vmaf_dnn::features
