// SPDX-License-Identifier: BSD-3-Clause
// From the bytes of a model to a session of ONNX Runtime on the device that was asked for, or on the CPU.
#pragma once

#include <string>
#include <string_view>

#include "ort/handles.h"

namespace vmaf_dnn::ort {

struct SessionSettings {
  std::string device = "auto";  // a device word
  int device_index = 0;
  bool strict_device = false;
  int n_threads = 1;          // <= 0: ONNX Runtime's own choice
  bool keeps_memory = false;  // between runs, which is faster; or else gives it back, so that a frame more or
                              // less does not stay for the life of the session
};

struct OpenedSession {
  SessionHandle session;
  std::string device_attached;  // "CPU", "CUDA", "OpenVINO:GPU"
  std::string device_reason;
};

// Throws Error{kRuntimeFailure}, or Error{kUnsupported} where strict_device can't be met.
OpenedSession open_session(const Runtime& runtime, std::string_view model_bytes, const std::string& path,
                           const SessionSettings& settings);

// The refusal of strict_device. Throws Error{kUnsupported}.
[[noreturn]] void refuse_device(const std::string& reason);

// Whether this library has a provider for the device word; else why not, in `obstacle`.
bool has_provider(const Runtime& runtime, const std::string& device, std::string& obstacle);

}  // namespace vmaf_dnn::ort
