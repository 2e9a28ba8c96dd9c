// SPDX-License-Identifier: BSD-3-Clause
// The memory that ONNX Runtime takes for tensors on the CPU: counted, and bounded.
#pragma once

#include <cstddef>

#include "ort/abi.h"

namespace vmaf_dnn::ort {

inline constexpr std::size_t kMaxRuntimeMib = 2048;  // of all sessions of the process together

// Kept for as long as the process lives, and so is `cpu_memory`.
OrtAllocator* bounded_allocator(const OrtMemoryInfo* cpu_memory);

// While one lives, large blocks that its thread gives back are taken again by it, the last few of them. The
// system clears each page of a new block: with that, a run of a small network over a large plane takes twice
// as long. Not to be nested.
class BlocksTakenAgain {
 public:
  BlocksTakenAgain();
  ~BlocksTakenAgain();
  BlocksTakenAgain(const BlocksTakenAgain&) = delete;
  BlocksTakenAgain& operator=(const BlocksTakenAgain&) = delete;
};

}  // namespace vmaf_dnn::ort
