// SPDX-License-Identifier: BSD-3-Clause
// The floating-point state that scores and features are defined in: rounding to nearest, subnormals kept, no
// exception that traps. A host may have set another; it gets its own back.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <cstdint>

namespace vmaf_dnn {

// While one lives, the calling thread computes in the default state.
class DefaultFloats {
 public:
#if defined(__x86_64__)
  // The vector unit computes; the C library asks the older one how to round decimal numbers.
  DefaultFloats() noexcept : vector_(_mm_getcsr()) {
    asm volatile("fnstcw %0" : "=m"(scalar_));
    if (is_default()) return;
    _mm_setcsr(kVector);
    const uint16_t scalar = kScalar;
    asm volatile("fldcw %0" : : "m"(scalar));
  }
  ~DefaultFloats() {
    if (is_default()) return;
    _mm_setcsr(vector_);
    asm volatile("fldcw %0" : : "m"(scalar_));
  }
#elif defined(__aarch64__)
  DefaultFloats() noexcept {
    asm volatile("mrs %0, fpcr" : "=r"(control_));
    if (control_ != 0) set(0);
  }
  ~DefaultFloats() {
    if (control_ != 0) set(control_);
  }
#else
  DefaultFloats() noexcept {}
  ~DefaultFloats() {}
#endif
  DefaultFloats(const DefaultFloats&) = delete;
  DefaultFloats& operator=(const DefaultFloats&) = delete;

 private:
#if defined(__x86_64__)
  static constexpr uint32_t kVector = 0x1f80;  // every exception masked
  static constexpr uint32_t kFlags = 0x3f;     // which exceptions there were: not a setting
  static constexpr uint16_t kScalar = 0x037f;  // masked too, with 64 bits of precision

  bool is_default() const { return (vector_ & ~kFlags) == kVector && scalar_ == kScalar; }

  uint32_t vector_;
  uint16_t scalar_;
#elif defined(__aarch64__)
  static void set(uint64_t control) { asm volatile("msr fpcr, %0" : : "r"(control)); }

  uint64_t control_;
#endif
};

}  // namespace vmaf_dnn
