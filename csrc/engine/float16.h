// SPDX-License-Identifier: BSD-3-Clause
// IEEE 754 binary16 (1 sign, 5 exponent, 10 fraction bits) from and to float32, in integers: the rounding
// mode of the thread plays no part.
#pragma once

#include <cstdint>
#include <cstring>

namespace vmaf_dnn {

inline uint32_t bits_of(float value) {
  uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

inline float float_of(uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

// value / 2^n_bits to the nearest integer, ties to even.
inline uint32_t shift_rounded(uint32_t value, int n_bits) {
  const uint32_t odd = value >> n_bits & 1;
  return (value + (1U << (n_bits - 1)) - 1 + odd) >> n_bits;
}

inline uint16_t to_float16(float value) {
  constexpr uint32_t kInfinity32 = 0xffU << 23;
  constexpr uint32_t kInfinity16 = 0x1fU << 10;
  constexpr uint32_t kQuietNan16 = kInfinity16 | 1U << 9;
  constexpr uint32_t kTooLarge = 0x477ff000;      // 65520, half way to the first power of 2 that is missing
  constexpr uint32_t kLeastNormal = 113U << 23;   // 2^-14
  constexpr uint32_t kRoundsToZero = 102U << 23;  // 2^-25, half of the least subnormal
  const uint32_t bits = bits_of(value);
  const uint32_t sign = bits >> 16 & 0x8000;
  const uint32_t magnitude = bits & 0x7fffffff;
  const auto with_sign = [sign](uint32_t rest) { return static_cast<uint16_t>(sign | rest); };
  if (magnitude > kInfinity32) return with_sign(kQuietNan16);
  if (magnitude >= kTooLarge) return with_sign(kInfinity16);
  if (magnitude >= kLeastNormal) return with_sign(shift_rounded(magnitude - (112U << 23), 13));
  if (magnitude <= kRoundsToZero) return with_sign(0);
  const uint32_t fraction = (magnitude & 0x7fffff) | 0x800000;
  return with_sign(shift_rounded(fraction, 126 - static_cast<int>(magnitude >> 23)));
}

inline float from_float16(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
  const uint32_t exponent = half >> 10 & 0x1f;
  const uint32_t fraction = half & 0x3ff;
  if (exponent == 0x1f) return float_of(sign | 0xffU << 23 | fraction << 13);
  if (exponent != 0) return float_of(sign | (exponent + 112) << 23 | fraction << 13);
  const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
  return sign == 0 ? magnitude : -magnitude;
}

// The upper half of a float32.
inline float from_bfloat16(uint16_t half) { return float_of(static_cast<uint32_t>(half) << 16); }

}  // namespace vmaf_dnn
