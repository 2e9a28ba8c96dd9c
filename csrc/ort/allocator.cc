// SPDX-License-Identifier: BSD-3-Clause
#include "ort/allocator.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

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

std::size_t size_of(const void* whole) {
  std::size_t n_whole = 0;
  std::memcpy(&n_whole, whole, sizeof n_whole);
  return n_whole;
}

void give_back(void* whole) {
  n_taken.fetch_sub(size_of(whole));
  std::free(whole);
}

// Blocks that a thread may take again; they stay counted. A slot is empty where it is null.
struct Spare {
  static constexpr std::size_t kLeastBytes = 64 << 10;

  std::array<void*, 8> blocks{};
  std::size_t oldest = 0;

  void put(void* whole) {
    void*& slot = blocks[oldest];
    oldest = (oldest + 1) % blocks.size();
    if (slot != nullptr) give_back(slot);
    slot = whole;
  }

  // The smallest that holds so much, and not much more than that; null: none.
  void* take(std::size_t n_whole) {
    void** best = nullptr;
    for (void*& block : blocks)
      if (block != nullptr && size_of(block) >= n_whole && size_of(block) / 2 <= n_whole)
        if (best == nullptr || size_of(block) < size_of(*best)) best = &block;
    return best == nullptr ? nullptr : std::exchange(*best, nullptr);
  }

  void empty() {
    for (void*& block : blocks)
      if (block != nullptr) give_back(std::exchange(block, nullptr));
  }
};

thread_local Spare spare;
thread_local bool takes_again = false;

bool is_counted(std::size_t n_whole) {
  if (n_taken.fetch_add(n_whole) + n_whole <= kMaxBytes) return true;
  n_taken.fetch_sub(n_whole);
  return false;
}

// Throws, as the allocator of ONNX Runtime itself does: it does not look for NULL.
void* allocate(OrtAllocator*, std::size_t n_bytes) {
  if (n_bytes > kMaxBytes) throw TooMuch();
  const std::size_t n_whole = (n_bytes + 2 * kAlignment - 1) / kAlignment * kAlignment;
  if (takes_again && n_whole >= Spare::kLeastBytes)
    if (void* whole = spare.take(n_whole)) return static_cast<char*>(whole) + kAlignment;
  if (!is_counted(n_whole)) {
    spare.empty();
    if (!is_counted(n_whole)) throw TooMuch();
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
  if (takes_again && size_of(whole) >= Spare::kLeastBytes)
    spare.put(whole);
  else
    give_back(whole);
}

const OrtMemoryInfo* describe(const OrtAllocator*) { return described; }

}  // namespace

OrtAllocator* bounded_allocator(const OrtMemoryInfo* cpu_memory) {
  static OrtAllocator allocator{kApiVersion, allocate, release, describe};
  described = cpu_memory;
  return &allocator;
}

BlocksTakenAgain::BlocksTakenAgain() { takes_again = true; }

BlocksTakenAgain::~BlocksTakenAgain() {
  takes_again = false;
  spare.empty();
}

}  // namespace vmaf_dnn::ort
