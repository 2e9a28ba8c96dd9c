// SPDX-License-Identifier: BSD-3-Clause
// The memory that ONNX Runtime takes for tensors on the CPU: counted, and bounded.
#pragma once

#include <cstddef>

#include "ort/abi.h"

namespace vmaf_dnn::ort {

inline constexpr std::size_t kMaxRuntimeMib = 2048;  // of all sessions of the process together

// Kept for as long as the process lives, and so is `cpu_memory`.
OrtAllocator* bounded_allocator(const OrtMemoryInfo* cpu_memory);

}  // namespace vmaf_dnn::ort
