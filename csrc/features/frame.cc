// SPDX-License-Identifier: BSD-3-Clause
#include "features/frame.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/error.h"

namespace vmaf_dnn::features {
namespace {

template <typename Sample>
Luma widen(const Plane& plane, const Format& format) {
  Luma luma(format.width, format.height);
  for (int y = 0; y < format.height; ++y)
    std::copy_n(static_cast<const Sample*>(plane.row(y)), format.width, luma[y]);
  return luma;
}

void check_plane(const Plane& plane, const Format& format, const std::string& place) {
  for (int y = 0; y < format.height; ++y) {
    const auto* const row = static_cast<const uint16_t*>(plane.row(y));
    uint16_t bits = 0;
    for (int x = 0; x < format.width; ++x) bits = static_cast<uint16_t>(bits | row[x]);
    if (bits >> format.bit_depth == 0) continue;
    // Another thread may write the samples meanwhile: the search ends with the row, whatever is there now.
    int x = 0;
    while (x + 1 < format.width && row[x] >> format.bit_depth == 0) ++x;
    throw Error(Code::kInvalidArgument, place + " holds " + std::to_string(row[x]) + " at column " +
                                            std::to_string(x) + ", row " + std::to_string(y) +
                                            ", which needs more than " + std::to_string(format.bit_depth) +
                                            " bits; give the bit depth that the samples have.");
  }
}

}  // namespace

Format Format::of_chroma() const {
  const auto half = [](int n) { return (n + 1) / 2; };
  return {chroma == Chroma::k444 ? width : half(width), chroma == Chroma::k420 ? half(height) : height,
          bit_depth};
}

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

void check_samples(const Planes& planes, const Format& format, const std::string& name) {
  if (format.bit_depth == 8) return;
  check_plane(planes[0], format, "the " + name + " frame");
  for (size_t i = 1; i < static_cast<size_t>(format.n_planes()); ++i)
    check_plane(planes[i], format.of_chroma(),
                "plane " + std::string(1, "YUV"[i]) + " of the " + name + " frame");
}

Luma to_luma(const Plane& plane, const Format& format) {
  return format.bit_depth == 8 ? widen<uint8_t>(plane, format) : widen<uint16_t>(plane, format);
}

void Frame::assign(const Plane& plane, const Format& format) {
  resize(format);
  assign_rows(plane, 0, format.height);
}

void Frame::resize(const Format& format) {
  stride_bytes_ = format.width * format.sample_bytes();
  samples_.resize(static_cast<size_t>(stride_bytes_) * static_cast<size_t>(format.height));
}

void Frame::assign_rows(const Plane& plane, int first, int end) {
  for (int y = first; y < end; ++y)
    std::memcpy(samples_.data() + stride_bytes_ * y, plane.row(y), static_cast<size_t>(stride_bytes_));
}

}  // namespace vmaf_dnn::features
