// SPDX-License-Identifier: BSD-3-Clause
// The execution providers of ONNX Runtime: which of them serve a device, and how they are asked for.
#pragma once

#include <string>
#include <vector>

#include "ort/runtime.h"

namespace vmaf_dnn::ort {

struct Provider {
  const char* device;     // the word that asks for it
  const char* label;      // as vmaf_dnn_session_attached_ep gives it
  const char* full_name;  // as ONNX Runtime lists it
  const char* name;       // as it is appended
  const char* key;        // its setting, NULL: none
  const char* value;
};

// Best first: for openvino its GPU and then its CPU, for auto one of each kind, for cpu none.
std::vector<const Provider*> providers_for(const std::string& device);

// What this library was built with: "CPUExecutionProvider" and so on.
std::vector<std::string> available_providers(const Runtime& runtime);

// Throws Error{kRuntimeFailure} in the words of ONNX Runtime.
void append_provider(const Runtime& runtime, OrtSessionOptions* options, const Provider& provider,
                     int device_index);

}  // namespace vmaf_dnn::ort
