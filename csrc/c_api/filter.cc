// SPDX-License-Identifier: BSD-3-Clause
#include "c_api/guard.h"
#include "c_api/handle.h"
#include "c_api/plane.h"
#include "plane_filter.h"
#include "vmaf_dnn/vmaf_dnn.h"

namespace {

using vmaf_dnn::Code;
using vmaf_dnn::Error;
using vmaf_dnn::MutablePlane;
using vmaf_dnn::c_api::check_memory;
using vmaf_dnn::c_api::guarded;
using vmaf_dnn::c_api::kMaxStrideBytes;
using vmaf_dnn::c_api::require;
using vmaf_dnn::features::Format;
using vmaf_dnn::features::Plane;

void check_size(int size, const char* name) {
  if (size < 1 || size > vmaf_dnn::features::kMaxSide)
    throw Error(Code::kInvalidArgument, std::string(name) + " is " + std::to_string(size) +
                                            "; it must be 1 to " +
                                            std::to_string(vmaf_dnn::features::kMaxSide) + ".");
}

ptrdiff_t signed_stride(size_t stride) {
  if (stride > size_t{kMaxStrideBytes})
    throw Error(Code::kInvalidArgument, "A stride is " + std::to_string(stride) + " bytes, but at most " +
                                            std::to_string(kMaxStrideBytes) +
                                            " are possible; give the bytes from one row to the next.");
  return static_cast<ptrdiff_t>(stride);
}

void run(const VmafDnnSession* session, const Format& format, const void* in, size_t in_stride, void* out,
         size_t out_stride) {
  require(session != nullptr, "session is NULL; open one first.");
  check_size(format.width, "width");
  check_size(format.height, "height");
  const Plane input{in, signed_stride(in_stride)};
  const MutablePlane output{out, signed_stride(out_stride)};
  check_memory(input, format, "input");
  check_memory({output.samples, output.stride_bytes}, format, "output");
  filter_plane(*session->session, format, input, output);
}

}  // namespace

extern "C" {

int vmaf_dnn_session_run_luma8(const VmafDnnSession* session, const uint8_t* in, size_t in_stride, int width,
                               int height, uint8_t* out, size_t out_stride) {
  return guarded([&] { run(session, {width, height, 8}, in, in_stride, out, out_stride); });
}

int vmaf_dnn_session_run_plane16(const VmafDnnSession* session, const uint16_t* in, size_t in_stride,
                                 int width, int height, int bpc, uint16_t* out, size_t out_stride) {
  return guarded([&] {
    if (bpc < 9 || bpc > 16)
      throw Error(Code::kInvalidArgument,
                  "bpc is " + std::to_string(bpc) + "; it must be 9 to 16, and 8 bits go through run_luma8.");
    run(session, {width, height, bpc}, in, in_stride, out, out_stride);
  });
}

}  // extern "C"
