// SPDX-License-Identifier: BSD-3-Clause
// The process's one ONNX Runtime: library, function table and environment, loaded at first need and
// kept until the process ends (unloading it crashes threads that it started).
#pragma once

#include <string>
#include <vector>

#include "ort/abi.h"
#include "ort/discovery.h"

namespace vmaf_dnn::ort {

struct Runtime {
  const OrtApi* api;
  OrtEnv* env;
  OrtMemoryInfo* cpu_memory;
  bool bounds_memory;  // of sessions on the CPU (allocator.h)
  std::string version;
  std::string library;

  bool is_older_than(unsigned minor) const;  // than 1.minor

  // The one place that reads an OrtStatus: throws its text as Error{kRuntimeFailure}, and frees it.
  void check(OrtStatus* status, const char* action) const;
};

// Loads the first candidate that works. Throws Error{kRuntimeMissing} that lists every attempt.
const Runtime& require_runtime(const std::vector<std::string>& search_path);

}  // namespace vmaf_dnn::ort
