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
  static constexpr int kRows = Isa::kVifRows;
  static constexpr int kSlots = Scale::kPairs + kRows / 2 - 1;

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
    return first + k < kSlots ? first + k : first + k - kSlots;
  }

  // Of even and odd rows, or columns.
  template <int k>
  struct PairOfTaps {
    Taps<Scale::kEven, k> even;
    Taps<Scale::kOdd, k> odd;
  };

  // The first n, which stay in registers.
  template <int n, typename Unused = void>
  struct AllTaps : AllTaps<n - 1> {
    PairOfTaps<n - 1> last;
    template <int k>
    VMAF_DNN_INLINE const PairOfTaps<k>& at() const {
      return static_cast<const AllTaps<k + 1>&>(*this).last;
    }
  };
  template <typename Unused>
  struct AllTaps<0, Unused> {};
  using RowTaps = AllTaps<Scale::kPairs>;

  // Where the slots of a ring are, from the one of the upper rows on.
  struct Slots {
    const int32_t* at[kSlots];

    template <typename Ring>
    VMAF_DNN_INLINE Slots(const Ring& ring, int first) {
      for (int k = 0; k < kSlots; ++k) at[k] = ring.slot(slot_of(first, k));
    }
  };

  // kRows rows of columns from i.
  template <int n, int k = 0>
  static VMAF_DNN_INLINE void add_rows(const Slots& slots, ptrdiff_t i, const RowTaps& taps,
                                       I (&sums)[kRows][n]) {
    if constexpr (k < kSlots) {
      for (int v = 0; v < n; ++v)
        add_pair_of_rows<n, k>(Isa::load(slots.at[k] + i + v * kWords), v, taps, sums);
      add_rows<n, k + 1>(slots, i, taps, sums);
    }
  }

  // The k-th slot is the (k - row / 2)-th of a row.
  template <int n, int k, int row = 0>
  static VMAF_DNN_INLINE void add_pair_of_rows(I pairs, int v, const RowTaps& taps, I (&sums)[kRows][n]) {
    if constexpr (row < kRows) {
      if constexpr (k >= row / 2 && k - row / 2 < Scale::kPairs) {
        const auto& of_slot = taps.template at<k - row / 2>();
        sums[row][v] = of_slot.even.add(sums[row][v], pairs);
        sums[row + 1][v] = of_slot.odd.add(sums[row + 1][v], pairs);
      }
      add_pair_of_rows<n, k, row + 2>(pairs, v, taps, sums);
    }
  }

  // Of the picture's next scale, rows that begin at one of the slots.
  template <int n, int k = 0>
  static VMAF_DNN_INLINE void add_rows_for_coarser(const int32_t* const* slots, ptrdiff_t i, I (&sums)[n]) {
    if constexpr (k < Scale::kPairs) {
      using CoarserTaps = Taps<Scale::kCoarserRows, k>;
      if constexpr (CoarserTaps::kWord != 0) {
        const CoarserTaps taps;
        for (int v = 0; v < n; ++v) sums[v] = taps.add(sums[v], Isa::load(slots[k] + i + v * kWords));
      }
      add_rows_for_coarser<n, k + 1>(slots, i, sums);
    }
  }

  // Even and odd columns of n vectors of each line, whose windows begin at `from`.
  template <int n_lines, int n, int k = 0>
  static VMAF_DNN_INLINE void add_columns(const uint16_t* const* from, I (*even)[n], I (*odd)[n]) {
    if constexpr (k < Scale::kPairs) {
      const Taps<Scale::kEven, k> even_taps;
      const Taps<Scale::kOdd, k> odd_taps;
      for (int v = 0; v < n; ++v)
        for (int line = 0; line < n_lines; ++line) {
          const I pairs = Isa::load(from[line] + v * kHalves + 2 * k);
          even[line][v] = even_taps.add(even[line][v], pairs);
          odd[line][v] = odd_taps.add(odd[line][v], pairs);
        }
      add_columns<n_lines, n, k + 1>(from, even, odd);
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
