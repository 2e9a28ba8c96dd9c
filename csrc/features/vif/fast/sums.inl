// SPDX-License-Identifier: BSD-3-Clause
// Sums of taps times samples, in registers: each word of taps is loaded once for all its vectors.
#pragma once

#include "features/vif/fast/taps.inl"

#define VMAF_DNN_INLINE inline __attribute__((always_inline))

namespace vmaf_dnn::features {
namespace {

template <typename Isa, typename Scale>
struct VifTapSums {
  using I = typename Isa::I;
  static constexpr int kWords = Isa::kBytes / 4;
  static constexpr int kHalves = Isa::kBytes / 2;

  // A word of taps in a register, that it is loaded once for all its vectors.
  template <const TapPairs& kTaps, int k>
  struct Taps {
    static constexpr uint32_t kWord = kTaps.words[k], kRest = kTaps.rest[k];
    I word, rest;
    VMAF_DNN_INLINE Taps() {
      if constexpr (kWord != 0) word = Isa::in_register(Isa::set32(kWord));
      if constexpr (kRest != 0) rest = Isa::in_register(Isa::set32(kRest));
    }
    VMAF_DNN_INLINE I add(I sum, I pairs) const {
      if constexpr (kWord != 0) sum = Isa::add_products16(sum, pairs, word);
      if constexpr (kRest != 0) sum = Isa::add_products16(sum, pairs, rest);
      return sum;
    }
  };

  static VMAF_DNN_INLINE int slot_of(int first, int k) {
    return first + k < Scale::kPairs ? first + k : first + k - Scale::kPairs;
  }

  // Two rows of a ring's columns from i. `first` is the slot of the upper rows.
  template <int n, int k = 0, typename Ring>
  static VMAF_DNN_INLINE void add_rows(const Ring& ring, int first, ptrdiff_t i, I (&even)[n], I (&odd)[n]) {
    if constexpr (k < Scale::kPairs) {
      const int32_t* const from = ring.slot(slot_of(first, k)) + i;
      const Taps<Scale::kEven, k> even_taps;
      const Taps<Scale::kOdd, k> odd_taps;
      for (int v = 0; v < n; ++v) {
        const I pairs = Isa::load(from + v * kWords);
        even[v] = even_taps.add(even[v], pairs);
        odd[v] = odd_taps.add(odd[v], pairs);
      }
      add_rows<n, k + 1>(ring, first, i, even, odd);
    }
  }

  template <int n, int k = 0, typename Ring>
  static VMAF_DNN_INLINE void add_rows_for_coarser(const Ring& ring, int first, ptrdiff_t i, I (&sums)[n]) {
    if constexpr (k < Scale::kPairs) {
      using RowTaps = Taps<Scale::kCoarserRows, k>;
      if constexpr (RowTaps::kWord != 0) {
        const int32_t* const from = ring.slot(slot_of(first, k)) + i;
        const RowTaps taps;
        for (int v = 0; v < n; ++v) sums[v] = taps.add(sums[v], Isa::load(from + v * kWords));
      }
      add_rows_for_coarser<n, k + 1>(ring, first, i, sums);
    }
  }

  // Even and odd columns of n vectors of a line whose window begins at `from`.
  template <int n, int k = 0>
  static VMAF_DNN_INLINE void add_columns(const uint16_t* from, I (&even)[n], I (&odd)[n]) {
    if constexpr (k < Scale::kPairs) {
      const Taps<Scale::kEven, k> even_taps;
      const Taps<Scale::kOdd, k> odd_taps;
      for (int v = 0; v < n; ++v) {
        const I pairs = Isa::load(from + v * kHalves + 2 * k);
        even[v] = even_taps.add(even[v], pairs);
        odd[v] = odd_taps.add(odd[v], pairs);
      }
      add_columns<n, k + 1>(from, even, odd);
    }
  }

  template <int n, int k = 0>
  static VMAF_DNN_INLINE void add_columns_for_coarser(const uint16_t* from, I (&sums)[n]) {
    if constexpr (k <= Scale::kCoarserRadius) {
      const Taps<Scale::kCoarserColumns, k> taps;
      for (int v = 0; v < n; ++v) sums[v] = taps.add(sums[v], Isa::load(from + v * kHalves + 2 * k));
      add_columns_for_coarser<n, k + 1>(from, sums);
    }
  }

  template <int n>
  static VMAF_DNN_INLINE void set_all(I (&sums)[n], uint32_t value) {
    for (I& sum : sums) sum = Isa::set32(value);
  }
};

}  // namespace
}  // namespace vmaf_dnn::features
