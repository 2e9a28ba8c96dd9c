// SPDX-License-Identifier: BSD-3-Clause
// The filters of a scale as pairs of taps, for an instruction that adds two products of 16-bit numbers.
#pragma once

#include "features/vif/filter.h"

namespace vmaf_dnn::features {
namespace {

constexpr int kMaxPairs = 9;

// Word k holds the taps of places 2k and 2k + 1 of a window; `rest` is what does not fit 16 bits.
struct TapPairs {
  uint32_t words[kMaxPairs];
  uint32_t rest[kMaxPairs];
};

// `offset` is the place of the first tap.
constexpr TapPairs pair_taps(const VifFilter& filter, int offset) {
  TapPairs pairs = {};
  for (int i = 0; i < filter.n_taps; ++i) {
    const int place = i + offset, shift = place % 2 * 16;
    const uint32_t tap = filter.taps[i], rest = tap > 32767 ? tap / 2 : 0;
    pairs.words[place / 2] |= (tap - rest) << shift;
    pairs.rest[place / 2] |= rest << shift;
  }
  return pairs;
}

template <int kScale>
struct VifScale {
  static constexpr bool kIsFirst = kScale == 0;
  static constexpr const VifFilter& kFilter = kVifFilters[kScale];
  static constexpr bool kHasCoarser = kScale + 1 < kVifScales;
  static constexpr const VifFilter& kCoarserFilter = kVifFilters[kHasCoarser ? kScale + 1 : kScale];
  static constexpr int kRadius = kFilter.n_taps / 2;
  static constexpr int kCoarserRadius = kCoarserFilter.n_taps / 2;
  static constexpr int kPairs = (kFilter.n_taps + 1) / 2;
  static constexpr TapPairs kEven = pair_taps(kFilter, 0);
  static constexpr TapPairs kOdd = pair_taps(kFilter, 1);
  static constexpr TapPairs kCoarserRows = pair_taps(kCoarserFilter, kRadius - kCoarserRadius);
  static constexpr TapPairs kCoarserColumns = pair_taps(kCoarserFilter, 0);
};

}  // namespace
}  // namespace vmaf_dnn::features
