// SPDX-License-Identifier: BSD-3-Clause
// What the kernels of ADM share: the wavelet's taps for products of pairs, and 32-bit samples in two halves.
// An Isa's vectors are of kWords 16-bit or kLanes 32-bit integers.
#pragma once

#include "features/adm/fast/kernels.h"
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

// Multiplications to 64 bits take every other lane.
template <typename Isa>
typename Isa::I odd_of(typename Isa::I lanes) {
  return Isa::shift_right_u64(lanes, 32);
}

}  // namespace
}  // namespace vmaf_dnn::features
