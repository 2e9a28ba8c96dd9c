// SPDX-License-Identifier: BSD-3-Clause
// What a session opened, and why that: one list, (type, name), of which the structs here and the dictionary
// of bind/session.cc are made.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace vmaf_dnn {

// Text with the name of a file in it: bytes as the system has them, UTF-8 or not.
struct SystemText : std::string {};

using Texts = std::vector<std::string>;
using Range = std::array<double, 2>;
using Ranges = std::vector<Range>;

// clang-format off
#define VMAF_DNN_ENGINE_INFO(FIELD)                                                                    \
  FIELD(std::string, engine)                                                                           \
  FIELD(std::string, engine_reason)                                                                    \
  FIELD(std::string, isa)              /* of the fused kernel; empty for ONNX Runtime */               \
  FIELD(std::string, device_requested)                                                                 \
  FIELD(std::string, device_attached)                                                                  \
  FIELD(std::string, device_reason)                                                                    \
  FIELD(std::string, runtime_version)  /* empty: no ONNX Runtime was needed */                         \
  FIELD(std::string, runtime_library)

#define VMAF_DNN_SESSION_INFO(FIELD)                                                                   \
  FIELD(std::string, id)                                                                               \
  FIELD(std::string, kind)                                                                             \
  FIELD(SystemText, path)                                                                              \
  FIELD(std::string, sha256)                                                                           \
  FIELD(SystemText, pinned_by)         /* the registry or sidecar that states this digest, or empty */ \
  FIELD(std::size_t, size_bytes)                                                                       \
  FIELD(int64_t, opset)                                                                                \
  FIELD(std::string, precision)        /* fp32 | int8 */                                               \
  FIELD(SystemText, redirect)                                                                          \
  FIELD(bool, fell_back)                                                                               \
  FIELD(Texts, inputs)                 /* "features: float32 [N, 6]" */                                \
  FIELD(Texts, outputs)                                                                                \
  FIELD(Texts, features)                                                                               \
  FIELD(Texts, feature_options)        /* of each feature, in libvmaf's words; empty: not stated */    \
  FIELD(Ranges, feature_range)         /* of the training rows; empty: not stated */                   \
  FIELD(Range, output_range)
// clang-format on

#define VMAF_DNN_MEMBER(type, name) type name{};
struct EngineInfo {
  VMAF_DNN_ENGINE_INFO(VMAF_DNN_MEMBER)
};
struct SessionInfo : EngineInfo {
  VMAF_DNN_SESSION_INFO(VMAF_DNN_MEMBER)
};
#undef VMAF_DNN_MEMBER

}  // namespace vmaf_dnn
