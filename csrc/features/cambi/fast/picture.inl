// SPDX-License-Identifier: BSD-3-Clause
// From samples to marked codes.
#pragma once

#include "features/cambi/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

template <typename Isa>
void cambi_widen_bytes(const uint8_t* samples, int n, uint16_t* codes) {
  for (int x = 0; x < n; x += Isa::kWords) {
    // The last vector overlaps the one before: pictures end where their rows do.
    if (x + Isa::kWords > n) x = n - Isa::kWords;
    Isa::store(codes + x, Isa::shift_left16(Isa::load_words(samples + x), 2));
  }
}

template <typename Isa>
void cambi_widen_words(const uint16_t* samples, int n, int bit_depth, uint16_t* codes) {
  for (int x = 0; x < n; x += Isa::kWords) {
    if (x + Isa::kWords > n) x = n - Isa::kWords;
    const auto sample = Isa::load_words(samples + x);
    // An average with 0 is half of it, rounded upwards.
    Isa::store(codes + x, bit_depth <= 10
                              ? Isa::shift_left16(sample, 10 - bit_depth)
                              : Isa::average_u16(Isa::shift_right_u16(sample, bit_depth - 11), Isa::zero()));
  }
}

template <typename Isa, typename Sample>
typename Isa::I sum_of_four(const Sample* samples, const Sample* below, int x) {
  const auto left = Isa::add16(Isa::load_words(samples + x), Isa::load_words(below + x));
  return Isa::add16(left, Isa::add16(Isa::load_words(samples + x + 1), Isa::load_words(below + x + 1)));
}

// Bytes are a quarter of their codes: their sum is the codes' average.
template <typename Isa>
void cambi_average_bytes(const uint8_t* samples, const uint8_t* below, int n, uint16_t* codes) {
  for (int x = 0; x < n - 1; x += Isa::kWords) {
    if (x + Isa::kWords > n - 1) x = n - 1 - Isa::kWords;
    Isa::store(codes + x, sum_of_four<Isa>(samples, below, x));
  }
  codes[n - 1] = static_cast<uint16_t>(2 * (samples[n - 1] + below[n - 1]));
}

template <typename Isa>
void cambi_average_codes(const uint16_t* codes, const uint16_t* below, int n, uint16_t* averages) {
  for (int x = 0; x < n; x += Isa::kWords)
    Isa::store(averages + x, Isa::shift_right_u16(sum_of_four<Isa>(codes, below, x), 2));
  averages[n - 1] = static_cast<uint16_t>((codes[n - 1] + below[n - 1]) >> 1);
}

// Nothing is level beyond a picture.
inline void clear_end(uint8_t* level, uint8_t* in_column, int n) {
  for (int x = n; x < n + 4; ++x) level[x] = in_column[x] = 0;
}

template <typename Isa>
void cambi_enter_level(const uint16_t* codes, const uint16_t* below, int n, uint8_t* level,
                       uint8_t* in_column) {
  const auto is_level = [&](int x) {
    const auto here = Isa::load(codes + x);
    return Isa::bit_and(Isa::equal16(here, Isa::load(codes + x + 1)),
                        Isa::equal16(here, Isa::load(below + x)));
  };
  for (int x = 0; x < n; x += 2 * Isa::kWords) {
    const auto entering = Isa::pack_in_order16(is_level(x), is_level(x + Isa::kWords));
    const auto leaving = Isa::load(level + x), sum = Isa::load(in_column + x);
    Isa::store(in_column + x, Isa::sub8(Isa::add8(sum, leaving), entering));
    Isa::store(level + x, entering);
  }
  clear_end(level, in_column, n);
}

// Of seven columns, bytes.
template <typename Isa>
typename Isa::I sum_of_seven(const uint8_t* in_column) {
  const auto at = [&](int dx) { return Isa::load(in_column + dx); };
  const auto outer = Isa::add8(Isa::add8(at(-3), at(3)), Isa::add8(at(-2), at(2)));
  return Isa::add8(outer, Isa::add8(Isa::add8(at(-1), at(1)), at(0)));
}

template <typename Isa>
typename Isa::I mark_words(typename Isa::I codes, typename Isa::I n_level, typename Isa::I threshold) {
  const auto uneven = Isa::set16(static_cast<int16_t>(kCambiUneven));
  return Isa::bit_or(codes, Isa::and_not(Isa::greater16(n_level, threshold), uneven));
}

template <typename Isa>
void cambi_mark(const uint16_t* codes, const uint8_t* in_column, int n, int threshold, uint16_t* marked) {
  const auto limit = Isa::set16(static_cast<int16_t>(threshold));
  for (int x = 0; x < n; x += 2 * Isa::kWords) {
    const auto n_level = sum_of_seven<Isa>(in_column + x);
    for (int half = 0; half < 2; ++half) {
      const int at = x + half * Isa::kWords;
      Isa::store(marked + at, mark_words<Isa>(Isa::load(codes + at), Isa::widen_u8(n_level, half), limit));
    }
  }
}

template <typename Isa>
void cambi_mark_halved(const uint16_t* codes, const uint8_t* in_column, int n, int threshold,
                       uint16_t* marked) {
  const auto limit = Isa::set16(static_cast<int16_t>(threshold));
  const auto even_byte = Isa::set16(0xFF);
  const auto even_word = Isa::set32(0xFFFF);
  for (int x = 0; x < n; x += 2 * Isa::kWords) {
    const auto n_level = Isa::bit_and(sum_of_seven<Isa>(in_column + x), even_byte);
    const auto even_codes =
        Isa::pack_in_order_u32(Isa::bit_and(Isa::load(codes + x), even_word),
                               Isa::bit_and(Isa::load(codes + x + Isa::kWords), even_word));
    Isa::store(marked + x / 2, mark_words<Isa>(even_codes, n_level, limit));
  }
}

}  // namespace
}  // namespace vmaf_dnn::features
