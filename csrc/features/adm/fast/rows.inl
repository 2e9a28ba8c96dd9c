// SPDX-License-Identifier: BSD-3-Clause
// The wavelet along a row: the next level's approximation, and the detail of this one.
#pragma once

#include "features/adm/fast/taps.inl"

namespace vmaf_dnn::features {
namespace {

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
