// SPDX-License-Identifier: BSD-3-Clause
// From bytes to marked codes of every other sample: even and odd columns apart, so that pairs of bytes become
// sums by one instruction, and nothing has to be put in order afterwards.
#pragma once

#include "features/cambi/fast/kernels.h"
#include "features/cambi/fast/picture.inl"

namespace vmaf_dnn::features {
namespace {

template <typename Isa>
void cambi_average_bytes_split(const uint8_t* samples, const uint8_t* below, int n, uint16_t* even,
                               uint16_t* odd) {
  const auto sum_at = [&](int x) {
    return Isa::add16(Isa::sum_pairs_u8(Isa::load(samples + x)), Isa::sum_pairs_u8(Isa::load(below + x)));
  };
  const int last = (n - 2 * Isa::kWords - 1) & ~1;
  for (int x = 0; x <= last; x = x < last && x + 2 * Isa::kWords > last ? last : x + 2 * Isa::kWords) {
    Isa::store(even + x / 2, sum_at(x));
    Isa::store(odd + x / 2, sum_at(x + 1));
  }
  const auto column = [&](int x) { return samples[x] + below[x]; };
  if (n % 2 == 0) even[n / 2 - 1] = static_cast<uint16_t>(column(n - 2) + column(n - 1));
  // The last code stands for its right neighbour too.
  uint16_t *const end = n % 2 == 0 ? odd + n / 2 - 1 : even + n / 2, *const beyond = n % 2 == 0 ? even + n / 2
                                                                                                : odd + n / 2;
  *end = *beyond = static_cast<uint16_t>(2 * column(n - 1));
}

template <typename Isa>
void cambi_enter_level_split(const CambiSplit& codes, const CambiSplit& below, int n, uint8_t* level,
                             uint8_t* in_column) {
  const auto first_byte = Isa::set16(0xFF);
  for (int x = 0; x < n; x += 2 * Isa::kWords) {
    const int i = x / 2;
    const auto even = Isa::load(codes.even + i), odd = Isa::load(codes.odd + i);
    const auto even_level =
        Isa::bit_and(Isa::equal16(even, odd), Isa::equal16(even, Isa::load(below.even + i)));
    const auto odd_level = Isa::bit_and(Isa::equal16(odd, Isa::load(codes.even + i + 1)),
                                        Isa::equal16(odd, Isa::load(below.odd + i)));
    const auto entering =
        Isa::bit_or(Isa::bit_and(first_byte, even_level), Isa::and_not(first_byte, odd_level));
    const auto leaving = Isa::load(level + x), sum = Isa::load(in_column + x);
    Isa::store(in_column + x, Isa::sub8(Isa::add8(sum, leaving), entering));
    Isa::store(level + x, entering);
  }
  clear_end(level, in_column, n);
}

template <typename Isa>
void cambi_mark_split(const uint16_t* even, const uint8_t* in_column, int n, int threshold,
                      uint16_t* marked) {
  const auto limit = Isa::set16(static_cast<int16_t>(threshold));
  const auto first_byte = Isa::set16(0xFF);
  for (int x = 0; x < n; x += 2 * Isa::kWords) {
    const auto n_level = Isa::bit_and(sum_of_seven<Isa>(in_column + x), first_byte);
    Isa::store(marked + x / 2, mark_words<Isa>(Isa::load(even + x / 2), n_level, limit));
  }
}

}  // namespace
}  // namespace vmaf_dnn::features
