// SPDX-License-Identifier: BSD-3-Clause
// What a session is asked for.
#pragma once

#include <string>
#include <vector>

#include "registry/precision.h"

namespace vmaf_dnn {

struct OpenOptions {
  std::string model;  // registry id or path
  Precision precision = Precision::kAuto;
  std::string engine = "auto";  // auto | fused | onnxruntime
  std::string device = "auto";  // a word of kDevices
  int device_index = 0;         // of several alike
  bool strict_device = false;
  int n_threads = 1;                     // <= 0: the engine's own choice
  int timeout_ms = 0;                    // of one call into ONNX Runtime; <= 0: none
  bool fp16_io = false;                  // round float32 to the float16 inputs of a model
  std::string registry;                  // empty: VMAF_DNN_REGISTRY, else the packaged one
  std::vector<std::string> search_path;  // folders where an onnxruntime wheel may be installed
};

// Words for devices, in the order of the C enum VmafDnnDevice.
// clang-format off
inline constexpr const char* kDevices[] = {
    "auto",
    "cpu",
    "cuda",
    "openvino",
    "rocm",
    "coreml",
    "coreml-ane",
    "coreml-gpu",
    "coreml-cpu",
    "openvino-npu",
    "openvino-cpu",
    "openvino-gpu",
};
// clang-format on

}  // namespace vmaf_dnn
