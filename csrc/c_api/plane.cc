// SPDX-License-Identifier: BSD-3-Clause
#include "c_api/plane.h"

#include "base/error.h"

namespace vmaf_dnn::c_api {
namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& sentence) {
  throw Error(Code::kInvalidArgument, "the " + name + " plane " + sentence);
}

}  // namespace

void check_memory(const features::Plane& plane, const features::Format& format, const std::string& name) {
  const ptrdiff_t sample_bytes = format.sample_bytes();
  const ptrdiff_t row_bytes = format.width * sample_bytes;
  if (plane.samples == nullptr) refuse(name, "has samples that are NULL; give its first sample.");
  if (-row_bytes < plane.stride_bytes && plane.stride_bytes < row_bytes)
    refuse(name, "has a stride of " + std::to_string(plane.stride_bytes) + " bytes, but a row takes " +
                     std::to_string(row_bytes) + "; give the bytes from one row to the next.");
  if (plane.stride_bytes < -kMaxStrideBytes || plane.stride_bytes > kMaxStrideBytes)
    refuse(name, "has a stride of " + std::to_string(plane.stride_bytes) + " bytes, but at most " +
                     std::to_string(kMaxStrideBytes) +
                     " are possible; give the bytes from one row to the next.");
  if (reinterpret_cast<uintptr_t>(plane.samples) % static_cast<size_t>(sample_bytes) != 0 ||
      plane.stride_bytes % sample_bytes != 0)
    refuse(name, "has 16-bit samples at odd addresses; align its first sample and its stride to 2 bytes.");
}

}  // namespace vmaf_dnn::c_api
