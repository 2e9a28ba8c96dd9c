// SPDX-License-Identifier: BSD-3-Clause
// Integer arithmetic that features share. `>>` of a negative number is a floor, as on every
// compiler that builds this.
#pragma once

#include <cstdint>

namespace vmaf_dnn::features {

// x / 2^shift to the nearest integer, halves upwards.
template <typename T>
constexpr T round_shift(T x, int shift) {
  return shift == 0 ? x : (x + (T{1} << (shift - 1))) >> shift;
}

constexpr int bit_length(uint64_t x) {
  int n_bits = 0;
  for (; x != 0; x >>= 1) ++n_bits;
  return n_bits;
}

// The smallest k with 2^k >= n; n is positive.
constexpr int ceil_log2(int64_t n) { return bit_length(static_cast<uint64_t>(n) - 1); }

// The index that stands for `i` in a line of n samples: ... 2 1 | 0 1 ... n-1 | n-2 n-3 ...
constexpr int mirror(int i, int n) {
  if (i < 0) return -i;
  return i < n ? i : 2 * n - 2 - i;
}

// The same, but the last sample is repeated: ... 2 1 | 0 1 ... n-1 | n-1 n-2 ...
constexpr int mirror_repeating_last(int i, int n) {
  if (i < 0) return -i;
  return i < n ? i : 2 * n - 1 - i;
}

}  // namespace vmaf_dnn::features
