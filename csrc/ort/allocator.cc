// SPDX-License-Identifier: BSD-3-Clause
#include "ort/allocator.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

namespace vmaf_dnn::ort {
namespace {

constexpr std::size_t kMaxBytes = kMaxRuntimeMib << 20;
constexpr std::size_t kAlignment = 64;  // of the widest vectors; before each block stands its size

std::atomic<std::size_t> n_taken{0};
const OrtMemoryInfo* described = nullptr;

// Its words reach the error of the run: ONNX Runtime tells what it caught.
struct TooMuch : std::bad_alloc {
  const char* what() const noexcept override {
    static_assert(kMaxRuntimeMib == 2048, "the sentence below says so");
    return "ONNX Runtime asked for more than 2048 MiB in all, the most that models may take; give smaller "
           "inputs or use a smaller model";
  }
};

// Throws, as the allocator of ONNX Runtime itself does: it does not look for NULL.
void* allocate(OrtAllocator*, std::size_t n_bytes) {
  if (n_bytes > kMaxBytes) throw TooMuch();
  const std::size_t n_whole = (n_bytes + 2 * kAlignment - 1) / kAlignment * kAlignment;
  if (n_taken.fetch_add(n_whole) + n_whole > kMaxBytes) {
    n_taken.fetch_sub(n_whole);
    throw TooMuch();
  }
  void* whole = std::aligned_alloc(kAlignment, n_whole);
  if (whole == nullptr) {
    n_taken.fetch_sub(n_whole);
    throw std::bad_alloc();
  }
  std::memcpy(whole, &n_whole, sizeof n_whole);
  return static_cast<char*>(whole) + kAlignment;
}

void release(OrtAllocator*, void* block) {
  if (block == nullptr) return;
  void* whole = static_cast<char*>(block) - kAlignment;
  std::size_t n_whole = 0;
  std::memcpy(&n_whole, whole, sizeof n_whole);
  n_taken.fetch_sub(n_whole);
  std::free(whole);
}

const OrtMemoryInfo* describe(const OrtAllocator*) { return described; }

}  // namespace

OrtAllocator* bounded_allocator(const OrtMemoryInfo* cpu_memory) {
  static OrtAllocator allocator{kApiVersion, allocate, release, describe};
  described = cpu_memory;
  return &allocator;
}

}  // namespace vmaf_dnn::ort
