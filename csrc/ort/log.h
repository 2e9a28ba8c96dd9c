// SPDX-License-Identifier: BSD-3-Clause
// What ONNX Runtime logs goes into the error that it belongs to, and nowhere else.
#pragma once

#include <string>

namespace vmaf_dnn::ort {

// An OrtLoggingFunction: keeps the last warnings and errors that the calling thread was told of.
void keep_log(void*, int severity, const char* category, const char* log_id, const char* code_location,
              const char* message);

// What this thread kept, and forgets it.
std::string take_log();

}  // namespace vmaf_dnn::ort
