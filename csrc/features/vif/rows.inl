// SPDX-License-Identifier: BSD-3-Clause
// VIF of a band of rows, written once for every instruction set. Two output rows are made at a time, in tiles
// of columns whose window of rows stays in the second-level cache (of 512 columns; 128, in the first, take a
// fifth longer for their margins).
//
// Everything is filtered by one instruction, which multiplies pairs of signed 16-bit numbers and adds the two
// products. Hence:
//  * the window is kept as pairs of rows, interleaved; a row and the next take the same pairs with taps
//    that are moved by one. Columns likewise: even and odd ones take the same pairs of neighbours;
//  * unsigned 16-bit numbers are kept less 2^15: as the taps' sum is 2^16, the filtered number is then less
//  2^31;
//  * 32-bit numbers are filtered in two halves.
#pragma once

#include "features/vif/gain.inl"
#include "features/vif/kernels.h"

#define VMAF_DNN_INLINE inline __attribute__((always_inline))

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

template <typename Isa, typename Scale, typename Sample>
struct VifBandKernel {
  using I = typename Isa::I;
  static constexpr int kWords = Isa::kBytes / 4;   // lanes of 32 bits
  static constexpr int kHalves = Isa::kBytes / 2;  // lanes of 16 bits
  static constexpr int kVectors = 4;               // at a time: as many as share the loads of taps
  static constexpr int kGroup = kVectors * kHalves;
  static constexpr int kTile = Isa::kVifTile;
  static constexpr int kMargin = kHalves;  // columns left of a tile that a line has room for
  static constexpr int kColumns = kMargin + kTile + 2 * kGroup;
  static constexpr int kRowsAhead = 8;
  static constexpr bool kIsWide = sizeof(Sample) == 2;  // products take 32 bits
  static constexpr int kProductPlanes = kIsWide ? 2 : 1;
  static constexpr uint32_t kSign = 0x80000000;

  // Pairs of rows of a plane, one slot after another.
  struct Ring {
    int32_t* slots;
    int32_t* slot(int i) const { return slots + i * kColumns; }
  };
  // A product's low halves, then (when wide) its high ones.
  struct Product {
    Ring planes[kProductPlanes];
  };
  // Two rows, filtered vertically.
  struct Line {
    uint16_t* rows[2];
  };
  struct ProductLine {
    Line high, low;
  };

  struct Reference {
    Ring samples;
    Product square;
    Line mean;
    ProductLine square_line;
    int32_t* mean_of[2];  // filtered both ways
    int32_t* variance_of[2];
  };
  struct Distorted {
    Ring samples;
    Product square, cross;
  };

  // Hands out the workspace.
  struct Arena {
    char* next;
    template <typename T>
    T* take(size_t n) {
      T* const taken = reinterpret_cast<T*>(next);
      next += (n * sizeof(T) + 63) / 64 * 64;
      return taken;
    }
    Ring ring() { return {take<int32_t>(size_t{Scale::kPairs} * kColumns)}; }
    Product product() {
      Product product;
      for (Ring& plane : product.planes) plane = ring();
      return product;
    }
    Line line() { return {{take<uint16_t>(kColumns), take<uint16_t>(kColumns)}}; }
    ProductLine product_line() { return {line(), line()}; }
    int32_t* statistics() { return take<int32_t>(kColumns); }
  };

  const VifBand& band;
  VifReferenceSums& reference_sums;
  VifDistortedSums* distorted_sums;
  Reference reference;
  Line distorted_mean, coarser_line;
  ProductLine square_line, cross_line;
  int32_t *variance[2], *covariance[2];
  char* distorted_space;
  size_t distorted_bytes;
  // Of the tile: its first column; columns of lines, counted from x0 - kMargin, that are filtered vertically.
  int x0, n_columns, begin, end;

  static constexpr size_t kRingBytes = size_t{Scale::kPairs} * kColumns * 4;
  static constexpr size_t kDistortedBytes = kRingBytes * (1 + 2 * kProductPlanes);
  static size_t workspace_bytes(int n_distorted) {
    return kRingBytes * (1 + kProductPlanes) + size_t{kColumns} * (2 * 9 * 2 + 2 * 4 * 4) + 64 * 40 +
           kDistortedBytes * static_cast<size_t>(n_distorted);
  }

  VifBandKernel(const VifBand& b, VifReferenceSums& r, VifDistortedSums* d)
      : band(b), reference_sums(r), distorted_sums(d) {
    Arena arena = {band.workspace};
    reference.samples = arena.ring();
    reference.square = arena.product();
    reference.mean = arena.line();
    reference.square_line = arena.product_line();
    distorted_mean = arena.line();
    coarser_line = arena.line();
    square_line = arena.product_line();
    cross_line = arena.product_line();
    for (int row = 0; row < 2; ++row) {
      reference.mean_of[row] = arena.statistics();
      reference.variance_of[row] = arena.statistics();
      variance[row] = arena.statistics();
      covariance[row] = arena.statistics();
    }
    distorted_space = arena.next;
  }

  Distorted distorted(int i) const {
    Arena arena = {distorted_space + static_cast<size_t>(i) * kDistortedBytes};
    Distorted rings;
    rings.samples = arena.ring();
    rings.square = arena.product();
    rings.cross = arena.product();
    return rings;
  }

  // ---- the window of rows

  static int mirrored(int y, int n) { return y < 0 ? -y : y < n ? y : 2 * n - 2 - y; }

  const Sample* row_of(const VifSide& side, int y) const {
    const auto* const rows = static_cast<const char*>(side.samples);
    return reinterpret_cast<const Sample*>(rows + side.stride_bytes * mirrored(y, band.height));
  }

  // A tile is too narrow for the CPU to foresee its rows.
  void prefetch(const Sample* row) const {
    for (int i = begin; i < end; i += 64 / static_cast<int>(sizeof(Sample))) __builtin_prefetch(row + i);
  }

  static VMAF_DNN_INLINE I load_samples(const Sample* p) {
    if constexpr (kIsWide)
      return Isa::load(p);
    else
      return Isa::load_bytes(p);
  }

  static VMAF_DNN_INLINE void put_pair(int32_t* to, I upper, I lower) {
    const I offset = Isa::set16(-32768);
    upper = Isa::bit_xor(upper, offset);
    lower = Isa::bit_xor(lower, offset);
    Isa::store(to, Isa::interleave_low16(upper, lower));
    Isa::store(to + kWords, Isa::interleave_high16(upper, lower));
  }

  static VMAF_DNN_INLINE void put_products(const Product& to, ptrdiff_t at, I upper_a, I upper_b, I lower_a,
                                           I lower_b) {
    put_pair(to.planes[0].slots + at, Isa::mul_low16(upper_a, upper_b), Isa::mul_low16(lower_a, lower_b));
    if constexpr (kIsWide)
      put_pair(to.planes[1].slots + at, Isa::mul_high_u16(upper_a, upper_b),
               Isa::mul_high_u16(lower_a, lower_b));
  }

  // Of kHalves columns from i of the line.
  VMAF_DNN_INLINE void fill_group(const Sample* const (&r)[2], const Sample* const* d, const Distorted* rings,
                                  ptrdiff_t at) const {
    const I upper = load_samples(r[0]), lower = load_samples(r[1]);
    if (rings == nullptr) {
      put_pair(reference.samples.slots + at, upper, lower);
      put_products(reference.square, at, upper, upper, lower, lower);
      return;
    }
    const I d_upper = load_samples(d[0]), d_lower = load_samples(d[1]);
    put_pair(rings->samples.slots + at, d_upper, d_lower);
    put_products(rings->square, at, d_upper, d_upper, d_lower, d_lower);
    put_products(rings->cross, at, upper, d_upper, lower, d_lower);
  }

  // Rows y and y + 1 into a slot: of the reference, or (with rings) of a distorted image.
  void fill(int y, int slot, const VifSide* side, const Distorted* rings) const {
    const Sample *r[2], *d[2] = {};
    const int left = x0 - kMargin;
    for (int row = 0; row < 2; ++row) {
      r[row] = row_of(band.reference, y + row) + left;
      if (side != nullptr) d[row] = row_of(*side, y + row) + left;
      const int ahead = y + row + kRowsAhead;
      if (ahead < band.height) prefetch(row_of(side != nullptr ? *side : band.reference, ahead) + left);
    }
    const ptrdiff_t at = ptrdiff_t{slot} * kColumns;
    const int n_inside = band.width - left;
    int i = begin;
    for (; i < end && i + kHalves <= n_inside; i += kHalves) {
      const Sample* const r_at[2] = {r[0] + i, r[1] + i};
      const Sample* const d_at[2] = {d[0] + i, d[1] + i};
      fill_group(r_at, d_at, rings, at + i);
    }
    if (i >= end) return;
    // The picture ends within these columns: nothing beyond it may be read.
    alignas(64) Sample copies[4][kHalves] = {};
    for (int k = 0; i + k < n_inside; ++k)
      for (int row = 0; row < 2; ++row) {
        copies[row][k] = r[row][i + k];
        if (side != nullptr) copies[2 + row][k] = d[row][i + k];
      }
    const Sample* const r_at[2] = {copies[0], copies[1]};
    const Sample* const d_at[2] = {copies[2], copies[3]};
    fill_group(r_at, d_at, rings, at + i);
  }

  // ---- sums of taps

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
  template <int n, int k = 0>
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

  template <int n, int k = 0>
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

  // ---- vertical

  template <int n>
  VMAF_DNN_INLINE void store_means(I (&sums)[n], uint16_t* to) const {
    const I offset = Isa::set32(32768);
    for (I& sum : sums) sum = Isa::sub32(Isa::shift_right_u32(sum, band.mean_shift), offset);
    for (int v = 0; v < n; v += 2) Isa::store(to + v * kWords, Isa::pack32(sums[v], sums[v + 1]));
  }

  uint32_t mean_rounding() const { return kSign + (1U << (band.mean_shift - 1)); }

  void filter_means(const Ring& ring, int first, const Line& line) const {
    for (int i = begin; i < end; i += kVectors * kWords) {
      I even[kVectors], odd[kVectors];
      set_all(even, mean_rounding());
      set_all(odd, mean_rounding());
      add_rows(ring, first, i, even, odd);
      store_means(even, line.rows[0] + i);
      store_means(odd, line.rows[1] + i);
    }
  }

  // Products less 2^31, as high * 2^16 + low with a signed low half.
  template <int n>
  static VMAF_DNN_INLINE void store_products(I (&x)[n], uint16_t* high, uint16_t* low) {
    const I half = Isa::set32(0x8000), low_half = Isa::set32(0xffff);
    for (int v = 0; v < n; v += 2) {
      Isa::store(high + v * kWords, Isa::pack32(Isa::shift_right32(Isa::add32(x[v], half), 16),
                                                Isa::shift_right32(Isa::add32(x[v + 1], half), 16)));
      Isa::store(low + v * kWords,
                 Isa::pack_u32(Isa::bit_and(x[v], low_half), Isa::bit_and(x[v + 1], low_half)));
    }
  }

  template <int n>
  VMAF_DNN_INLINE void join(I (&low)[n], I (&high)[n]) const {
    for (int v = 0; v < n; ++v)
      low[v] = Isa::sub32(Isa::add32(Isa::shift_left32(high[v], 16 - band.product_shift),
                                     Isa::shift_right_u32(low[v], band.product_shift)),
                          Isa::set32(kSign));
  }

  void filter_products(const Product& product, int first, const ProductLine& line) const {
    constexpr int n = kIsWide ? 2 : kVectors;
    for (int i = begin; i < end; i += n * kWords) {
      I even[n], odd[n];
      if constexpr (kIsWide) {
        I even_high[n], odd_high[n];
        set_all(even_high, kSign);
        set_all(odd_high, kSign);
        add_rows(product.planes[1], first, i, even_high, odd_high);
        const uint32_t rounding = kSign + (1U << (band.product_shift - 1));
        set_all(even, rounding);
        set_all(odd, rounding);
        add_rows(product.planes[0], first, i, even, odd);
        join(even, even_high);
        join(odd, odd_high);
      } else {
        set_all(even, 0);
        set_all(odd, 0);
        add_rows(product.planes[0], first, i, even, odd);
      }
      store_products(even, line.high.rows[0] + i, line.low.rows[0] + i);
      store_products(odd, line.high.rows[1] + i, line.low.rows[1] + i);
    }
  }

  void mirror_ends(uint16_t* line, int radius) const {
    if (x0 == 0)
      for (int k = 1; k <= radius; ++k) line[kMargin - k] = line[kMargin + k];
    const int last = kMargin + band.width - x0 - 1;
    if (last < kMargin + kTile + radius)
      for (int k = 1; k <= radius; ++k) line[last + k] = line[last - k];
  }
  void mirror_ends(const Line& line) const {
    for (uint16_t* row : line.rows) mirror_ends(row, Scale::kRadius);
  }
  void mirror_ends(const ProductLine& line) const {
    mirror_ends(line.high);
    mirror_ends(line.low);
  }

  void make_coarser(const VifSide& side, const Ring& ring, int first, int y) const {
    if (side.coarser == nullptr || y / 2 >= band.height / 2) return;
    uint16_t* const line = coarser_line.rows[0];
    for (int i = begin; i < end; i += kVectors * kWords) {
      I sums[kVectors];
      set_all(sums, mean_rounding());
      add_rows_for_coarser(ring, first, i, sums);
      store_means(sums, line + i);
    }
    mirror_ends(line, Scale::kCoarserRadius);
    uint16_t* const to = side.coarser + y / 2 * side.coarser_stride + x0 / 2;
    for (int x = 0; x < n_columns; x += kVectors * kHalves) {
      I sums[kVectors];
      set_all(sums, kSign + 0x8000);
      add_columns_for_coarser(line + kMargin + x - Scale::kCoarserRadius, sums);
      for (I& sum : sums) sum = Isa::shift_right_u32(sum, 16);
      for (int v = 0; v < kVectors; v += 2)
        Isa::store(to + x / 2 + v * kWords, Isa::pack_in_order_u32(sums[v], sums[v + 1]));
    }
  }

  // ---- horizontal: vectors of even columns, each followed by one of the odd columns between them

  VMAF_DNN_INLINE void filter_mean(const uint16_t* line, int x, I (&means)[2 * kVectors]) const {
    I even[kVectors], odd[kVectors];
    set_all(even, kSign);
    set_all(odd, kSign);
    add_columns(line + kMargin + x - Scale::kRadius, even, odd);
    alternate(even, odd, means);
  }

  VMAF_DNN_INLINE void filter_product(const uint16_t* high, const uint16_t* low, int x,
                                      I (&products)[2 * kVectors]) const {
    I even[kVectors], odd[kVectors], rest[2 * kVectors];
    set_all(even, 0x8000);
    set_all(odd, 0x8000);
    add_columns(low + kMargin + x - Scale::kRadius, even, odd);
    alternate(even, odd, rest);
    set_all(even, kSign);
    set_all(odd, kSign);
    add_columns(high + kMargin + x - Scale::kRadius, even, odd);
    alternate(even, odd, products);
    for (int v = 0; v < 2 * kVectors; ++v)
      products[v] = Isa::add32(products[v], Isa::shift_right32(rest[v], 16));
  }

  static VMAF_DNN_INLINE void alternate(I (&even)[kVectors], I (&odd)[kVectors], I (&all)[2 * kVectors]) {
    for (int v = 0; v < kVectors; ++v) {
      all[2 * v] = even[v];
      all[2 * v + 1] = odd[v];
    }
  }

  // (a * b + 2^31) >> 32 of unsigned numbers.
  static VMAF_DNN_INLINE I product_of_means(I a, I b) {
    const I half = Isa::set64(int64_t{1} << 31);
    const I even = Isa::add64(Isa::mul_even_u32(a, b), half);
    const I odd =
        Isa::add64(Isa::mul_even_u32(Isa::shift_right_u64(a, 32), Isa::shift_right_u64(b, 32)), half);
    return Isa::merge_odd32(Isa::shift_right_u64(even, 32), odd);
  }

  void finish_reference(int row) const {
    for (int x = 0; x < n_columns; x += kGroup) {
      I means[2 * kVectors], products[2 * kVectors];
      filter_mean(reference.mean.rows[row], x, means);
      filter_product(reference.square_line.high.rows[row], reference.square_line.low.rows[row], x, products);
      for (int v = 0; v < 2 * kVectors; ++v) {
        Isa::store(reference.mean_of[row] + x + v * kWords, means[v]);
        Isa::store(reference.variance_of[row] + x + v * kWords,
                   Isa::sub32(products[v], product_of_means(means[v], means[v])));
      }
    }
    clear_beyond(reference.variance_of[row]);
  }

  void finish_distorted(int row) const {
    for (int x = 0; x < n_columns; x += kGroup) {
      I means[2 * kVectors], squares[2 * kVectors], crosses[2 * kVectors];
      filter_mean(distorted_mean.rows[row], x, means);
      filter_product(square_line.high.rows[row], square_line.low.rows[row], x, squares);
      for (int v = 0; v < 2 * kVectors; ++v)
        Isa::store(variance[row] + x + v * kWords,
                   Isa::max32(Isa::sub32(squares[v], product_of_means(means[v], means[v])), Isa::zero()));
      filter_product(cross_line.high.rows[row], cross_line.low.rows[row], x, crosses);
      for (int v = 0; v < 2 * kVectors; ++v) {
        const I r_mean = Isa::load(reference.mean_of[row] + x + v * kWords);
        Isa::store(covariance[row] + x + v * kWords,
                   Isa::sub32(crosses[v], product_of_means(means[v], r_mean)));
      }
    }
    clear_beyond(variance[row]);
  }

  int n_padded() const { return (n_columns + kHalves - 1) / kHalves * kHalves; }

  // Columns beyond the picture count as flat without variance.
  void clear_beyond(int32_t* statistics) const {
    for (int x = n_columns; x < n_padded(); ++x)
      statistics[x / kHalves * kHalves + x % 2 * kWords + x % kHalves / 2] = 0;
  }

  // ----

  void run_rows(int y, int first) {
    const int n_rows = y + 1 < band.bottom ? 2 : 1;
    filter_means(reference.samples, first, reference.mean);
    filter_products(reference.square, first, reference.square_line);
    mirror_ends(reference.mean);
    mirror_ends(reference.square_line);
    if constexpr (Scale::kHasCoarser) make_coarser(band.reference, reference.samples, first, y);
    for (int row = 0; row < n_rows; ++row) {
      finish_reference(row);
      add_reference<Isa>(reference.variance_of[row], n_padded(), band.log_table, reference_sums);
      reference_sums.n_flat -= n_padded() - n_columns;
    }
    for (int i = 0; i < band.n_distorted; ++i) {
      const Distorted rings = distorted(i);
      filter_means(rings.samples, first, distorted_mean);
      filter_products(rings.square, first, square_line);
      filter_products(rings.cross, first, cross_line);
      mirror_ends(distorted_mean);
      mirror_ends(square_line);
      mirror_ends(cross_line);
      if constexpr (Scale::kHasCoarser) make_coarser(band.distorted[i], rings.samples, first, y);
      for (int row = 0; row < n_rows; ++row) {
        finish_distorted(row);
        add_distorted<Isa>(reference.variance_of[row], variance[row], covariance[row], n_padded(),
                           band.enhn_gain_limit, band.log_table, distorted_sums[i]);
      }
    }
  }

  void fill_all(int y, int slot) const {
    fill(y, slot, nullptr, nullptr);
    for (int i = 0; i < band.n_distorted; ++i) {
      const Distorted rings = distorted(i);
      fill(y, slot, &band.distorted[i], &rings);
    }
  }

  void run_tile() {
    for (int k = 0; k + 1 < Scale::kPairs; ++k) fill_all(band.top - Scale::kRadius + 2 * k, k);
    int first = 0;
    for (int y = band.top; y < band.bottom; y += 2) {
      const int newest = first == 0 ? Scale::kPairs - 1 : first - 1;
      fill_all(y - Scale::kRadius + 2 * (Scale::kPairs - 1), newest);
      run_rows(y, first);
      first = first + 1 == Scale::kPairs ? 0 : first + 1;
    }
  }

  static void run(const VifBand& band, VifReferenceSums& reference, VifDistortedSums* distorted) {
    VifBandKernel kernel(band, reference, distorted);
    for (int x = 0; x < band.width; x += kTile) {
      kernel.x0 = x;
      kernel.n_columns = band.width - x < kTile ? band.width - x : kTile;
      kernel.begin = x == 0 ? kMargin : 0;
      const int needed = kTile + Scale::kRadius < band.width - x ? kTile + Scale::kRadius : band.width - x;
      constexpr int n_at_a_time = kVectors * kWords;
      kernel.end =
          kernel.begin + (kMargin + needed - kernel.begin + n_at_a_time - 1) / n_at_a_time * n_at_a_time;
      kernel.run_tile();
    }
  }
};

template <typename Isa>
constexpr VifKernels vif_kernels() {
  // The first has the longest window, and words take more room than bytes.
  using Largest = VifBandKernel<Isa, VifScale<0>, uint16_t>;
  return {Largest::workspace_bytes,
          Largest::kGroup,
          VifBandKernel<Isa, VifScale<0>, uint8_t>::run,
          {Largest::run, VifBandKernel<Isa, VifScale<1>, uint16_t>::run,
           VifBandKernel<Isa, VifScale<2>, uint16_t>::run, VifBandKernel<Isa, VifScale<3>, uint16_t>::run}};
}

}  // namespace
}  // namespace vmaf_dnn::features
