// SPDX-License-Identifier: BSD-3-Clause
// The kernels of ADM for one instruction set, whose operations are Isa's: in vectors of kWords 16-bit or
// kLanes 32-bit integers.
#pragma once

#include "features/adm/kernels.h"
#include "features/adm/level.h"

namespace vmaf_dnn::features {
namespace {

// Two 16-bit taps for a multiply-add of pairs.
constexpr uint32_t tap_pair(const WaveletFilter& taps, int k) {
  return static_cast<uint32_t>(taps[k] & 0xFFFF) | static_cast<uint32_t>(taps[k + 1] & 0xFFFF) << 16;
}

// Sums of taps times samples, whose pairs are given.
template <typename Isa>
struct Taps {
  typename Isa::I first, second;

  explicit Taps(const WaveletFilter& taps)
      : first(Isa::set32(tap_pair(taps, 0))), second(Isa::set32(tap_pair(taps, 2))) {}

  typename Isa::I sum(typename Isa::I pairs_01, typename Isa::I pairs_23) const {
    return Isa::add32(Isa::pair_products16(pairs_01, first), Isa::pair_products16(pairs_23, second));
  }
};

template <typename Isa>
typename Isa::I low_words(typename Isa::I lanes) {
  return Isa::bit_and(lanes, Isa::set32(0xFFFF));
}

template <typename Isa>
struct Split {
  typename Isa::I upper, lower;
};

template <typename Isa>
typename Isa::I lower_of(typename Isa::I upper_words) {
  return Isa::bit_xor(upper_words, Isa::set16(-32768));
}

template <typename Isa>
void store(SplitRow row, int x, Split<Isa> value) {
  Isa::store(row.upper + x, value.upper);
  Isa::store(row.lower + x, value.lower);
}

// The sums of taps times 65536 upper + lower + 32768, rounded. kTotal is that of the taps.
template <typename Isa, int kShift, int64_t kTotal>
typename Isa::I combine(typename Isa::I upper_sum, typename Isa::I lower_sum) {
  constexpr uint32_t kOffset = static_cast<uint32_t>((kTotal << 15) >> kShift);
  const auto low = Isa::shift_right32(Isa::add32(lower_sum, Isa::set32(1U << (kShift - 1))), kShift);
  return Isa::add32(Isa::shift_left32(upper_sum, 16 - kShift), Isa::add32(low, Isa::set32(kOffset)));
}

constexpr int64_t total(const WaveletFilter& taps) { return taps[0] + taps[1] + taps[2] + taps[3]; }

// ---- Columns
// ------------------------------------------------------------------------------------------------

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

// ---- Rows
// ---------------------------------------------------------------------------------------------------

template <typename Isa>
typename Isa::I filter_words(const Taps<Isa>& taps, typename Isa::I pairs_01, typename Isa::I pairs_23) {
  return Isa::shift_right32(Isa::add32(taps.sum(pairs_01, pairs_23), Isa::set32(32768)), 16);
}

template <typename Isa>
void approximate_0(int16_t* low, int n, int, int16_t* approximation) {
  const Taps<Isa> low_pass(kLowPass);
  const auto filter = [&](const int16_t* from) {
    return filter_words<Isa>(low_pass, Isa::load(from), Isa::load(from + 2));
  };
  for (int x = 0; x < n; x += Isa::kWords)
    Isa::store(approximation + x,
               Isa::pack_in_order32(filter(low + 2 * x), filter(low + 2 * x + Isa::kWords)));
}

template <typename Isa>
void detail_0(int16_t* low, int16_t* high, int n, int, int16_t* const* bands) {
  const Taps<Isa> low_pass(kLowPass), high_pass(kHighPass);
  const auto filter = [](auto& taps, const int16_t* from) {
    return Isa::pack_in_order32(
        filter_words<Isa>(taps, Isa::load(from), Isa::load(from + 2)),
        filter_words<Isa>(taps, Isa::load(from + Isa::kWords), Isa::load(from + Isa::kWords + 2)));
  };
  for (int x = 0; x < n; x += Isa::kWords) {
    Isa::store(bands[kVertical] + x, filter(high_pass, low + 2 * x));
    Isa::store(bands[kHorizontal] + x, filter(low_pass, high + 2 * x));
    Isa::store(bands[kDiagonal] + x, filter(high_pass, high + 2 * x));
  }
}

template <typename Isa, int kShift, bool kIsLow>
typename Isa::I filter_split(const Taps<Isa>& taps, SplitRow row, int x) {
  const auto upper = taps.sum(Isa::load(row.upper + x), Isa::load(row.upper + x + 2));
  const auto lower = taps.sum(Isa::load(row.lower + x), Isa::load(row.lower + x + 2));
  return combine<Isa, kShift, kIsLow ? total(kLowPass) : 0>(upper, lower);
}

template <typename Isa, int kShift>
void approximate_by(SplitRow low, int n, SplitRow approximation) {
  const Taps<Isa> low_pass(kLowPass);
  for (int x = 0; x < n; x += Isa::kWords) {
    const auto a = filter_split<Isa, kShift, true>(low_pass, low, 2 * x);
    const auto b = filter_split<Isa, kShift, true>(low_pass, low, 2 * x + Isa::kWords);
    store<Isa>(approximation, x,
               {Isa::pack_in_order32(Isa::shift_right32(a, 16), Isa::shift_right32(b, 16)),
                lower_of<Isa>(Isa::pack_in_order_u32(low_words<Isa>(a), low_words<Isa>(b)))});
  }
}

template <typename Isa>
void approximate(SplitRow low, int n, int shift, SplitRow approximation) {
  shift == 15 ? approximate_by<Isa, 15>(low, n, approximation)
              : approximate_by<Isa, 16>(low, n, approximation);
}

template <typename Isa, int kShift>
void detail_by(SplitRow low, SplitRow high, int n, int32_t* const* bands) {
  const Taps<Isa> low_pass(kLowPass), high_pass(kHighPass);
  for (int x = 0; x < n; x += Isa::kLanes) {
    Isa::store(bands[kVertical] + x, filter_split<Isa, kShift, false>(high_pass, low, 2 * x));
    Isa::store(bands[kHorizontal] + x, filter_split<Isa, kShift, true>(low_pass, high, 2 * x));
    Isa::store(bands[kDiagonal] + x, filter_split<Isa, kShift, false>(high_pass, high, 2 * x));
  }
}

template <typename Isa>
void detail(SplitRow low, SplitRow high, int n, int shift, int32_t* const* bands) {
  shift == 15 ? detail_by<Isa, 15>(low, high, n, bands) : detail_by<Isa, 16>(low, high, n, bands);
}

}  // namespace
}  // namespace vmaf_dnn::features
