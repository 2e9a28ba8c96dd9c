// SPDX-License-Identifier: BSD-3-Clause
// The wavelet along columns: four rows become one of its low pass and one of its high pass.
#pragma once

#include "features/adm/fast/taps.inl"

namespace vmaf_dnn::features {
namespace {

template <typename Isa, typename Load>
void filter_pixels(Load load, int n, int shift, uint32_t low_bias, int16_t* low, int16_t* high) {
  const Taps<Isa> low_pass(kLowPass), high_pass(kHighPass);
  const auto low_offset = Isa::set32(low_bias + (1U << (shift - 1))), half = Isa::set32(1U << (shift - 1));
  const auto narrow = [&](auto taps, auto offset, auto a01, auto a23, auto b01, auto b23) {
    return Isa::pack32(Isa::shift_right32(Isa::add32(taps.sum(a01, a23), offset), shift),
                       Isa::shift_right32(Isa::add32(taps.sum(b01, b23), offset), shift));
  };
  for (int x = 0; x < n; x += Isa::kWords) {
    // The last vector overlaps the one before: pictures end where their rows do.
    if (x + Isa::kWords > n) x = n - Isa::kWords;
    const auto r0 = load(0, x), r1 = load(1, x), r2 = load(2, x), r3 = load(3, x);
    const auto a01 = Isa::interleave_low16(r0, r1), a23 = Isa::interleave_low16(r2, r3);
    const auto b01 = Isa::interleave_high16(r0, r1), b23 = Isa::interleave_high16(r2, r3);
    Isa::store(low + x, narrow(low_pass, low_offset, a01, a23, b01, b23));
    Isa::store(high + x, narrow(high_pass, half, a01, a23, b01, b23));
  }
}

template <typename Isa>
void columns_of_bytes(const uint8_t* const* rows, int n, int16_t* low, int16_t* high) {
  filter_pixels<Isa>([rows](int k, int x) { return Isa::load_bytes(rows[k] + x); }, n, 8,
                     static_cast<uint32_t>(-128 * total(kLowPass)), low, high);
}

template <typename Isa>
void columns_of_words(const uint16_t* const* rows, int n, int bit_depth, int16_t* low, int16_t* high) {
  const auto grey = Isa::set16(static_cast<int16_t>(1 << (bit_depth - 1)));
  filter_pixels<Isa>([rows, grey](int k, int x) { return Isa::sub16(Isa::load(rows[k] + x), grey); }, n,
                     bit_depth, 0, low, high);
}

template <typename Isa>
Split<Isa> split_pairs(typename Isa::I low, typename Isa::I high) {
  return {Isa::pack32(Isa::shift_right32(low, 16), Isa::shift_right32(high, 16)),
          lower_of<Isa>(Isa::pack_u32(low_words<Isa>(low), low_words<Isa>(high)))};
}

template <typename Isa>
void columns_of_level_1(const int16_t* const* rows, int n, SplitRow low, SplitRow high) {
  const Taps<Isa> low_pass(kLowPass), high_pass(kHighPass);
  for (int x = 0; x < n; x += Isa::kWords) {
    const auto r0 = Isa::load(rows[0] + x), r1 = Isa::load(rows[1] + x);
    const auto r2 = Isa::load(rows[2] + x), r3 = Isa::load(rows[3] + x);
    const auto a01 = Isa::interleave_low16(r0, r1), a23 = Isa::interleave_low16(r2, r3);
    const auto b01 = Isa::interleave_high16(r0, r1), b23 = Isa::interleave_high16(r2, r3);
    store<Isa>(low, x, split_pairs<Isa>(low_pass.sum(a01, a23), low_pass.sum(b01, b23)));
    store<Isa>(high, x, split_pairs<Isa>(high_pass.sum(a01, a23), high_pass.sum(b01, b23)));
  }
}

template <typename Isa>
void columns_of_later(const SplitRow* rows, int n, SplitRow low, SplitRow high) {
  using I = typename Isa::I;
  const Taps<Isa> low_pass(kLowPass), high_pass(kHighPass);
  const auto filter = [](auto& taps, const I(&upper)[4], const I(&lower)[4], int half) {
    return combine<Isa, 16, 0>(taps.sum(upper[half], upper[half + 2]),
                               taps.sum(lower[half], lower[half + 2]));
  };
  const auto offset = Isa::set32(static_cast<uint32_t>(total(kLowPass) / 2));
  for (int x = 0; x < n; x += Isa::kWords) {
    const auto pairs = [&](int16_t* SplitRow::* part, I(&into)[4]) {
      for (int k = 0; k < 2; ++k) {
        const auto a = Isa::load(rows[2 * k].*part + x), b = Isa::load(rows[2 * k + 1].*part + x);
        into[2 * k] = Isa::interleave_low16(a, b);
        into[2 * k + 1] = Isa::interleave_high16(a, b);
      }
    };
    I upper[4], lower[4];
    pairs(&SplitRow::upper, upper);
    pairs(&SplitRow::lower, lower);
    store<Isa>(low, x,
               split_pairs<Isa>(Isa::add32(filter(low_pass, upper, lower, 0), offset),
                                Isa::add32(filter(low_pass, upper, lower, 1), offset)));
    store<Isa>(high, x,
               split_pairs<Isa>(filter(high_pass, upper, lower, 0), filter(high_pass, upper, lower, 1)));
  }
}

}  // namespace
}  // namespace vmaf_dnn::features
