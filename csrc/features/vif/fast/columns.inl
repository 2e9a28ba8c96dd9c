// SPDX-License-Identifier: BSD-3-Clause
// The filters of VIF along columns, and the image of the next scale.
#pragma once

#include "features/vif/fast/sums.inl"
#include "features/vif/fast/window.inl"

namespace vmaf_dnn::features {
namespace {

template <typename Isa, typename Scale, typename Sample>
struct VifColumns : VifWindow<Isa, Scale, Sample> {
  using I = typename Isa::I;
  using Sums = VifTapSums<Isa, Scale>;
  using Window = VifWindow<Isa, Scale, Sample>;
  using typename Window::Line;
  using typename Window::Product;
  using typename Window::ProductLine;
  using typename Window::Ring;
  using Window::band, Window::begin, Window::end, Window::n_columns, Window::x0;
  using Window::coarser_line;
  using Window::kHalves, Window::kIsWide, Window::kProductPlanes, Window::kMargin, Window::kRows,
      Window::kVectors, Window::kWords;
  static constexpr uint32_t kSign = 0x80000000;
  static constexpr int kRowVectors = 8 / kRows;  // at a time: sums of eight vectors stay in registers

  using Window::Window;

  template <int n>
  VMAF_DNN_INLINE void store_means(I (&sums)[n], uint16_t* to) const {
    const I offset = Isa::set32(32768);
    for (I& sum : sums) sum = Isa::sub32(Isa::shift_right_u32(sum, band.mean_shift), offset);
    for (int v = 0; v < n; v += 2) Isa::store(to + v * kWords, Isa::pack32(sums[v], sums[v + 1]));
  }

  uint32_t mean_rounding() const { return kSign + (1U << (band.mean_shift - 1)); }

  void filter_means(const Ring& ring, int first, const Line& line) const {
    const typename Sums::RowTaps taps;
    const typename Sums::Slots slots(ring, first);
    for (int i = begin; i < end; i += kRowVectors * kWords) {
      I sums[kRows][kRowVectors];
      for (auto& row : sums) Sums::set_all(row, mean_rounding());
      Sums::add_rows(slots, i, taps, sums);
      for (int row = 0; row < kRows; ++row) store_means(sums[row], line.rows[row] + i);
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
    constexpr int n = kIsWide ? 2 : kRowVectors;
    const typename Sums::RowTaps taps;
    const typename Sums::Slots low_slots(product.planes[0], first),
        high_slots(product.planes[kProductPlanes - 1], first);
    for (int i = begin; i < end; i += n * kWords) {
      I sums[kRows][n];
      if constexpr (kIsWide) {
        I high[kRows][n];
        for (auto& row : high) Sums::set_all(row, kSign);
        Sums::add_rows(high_slots, i, taps, high);
        for (auto& row : sums) Sums::set_all(row, kSign + (1U << (band.product_shift - 1)));
        Sums::add_rows(low_slots, i, taps, sums);
        for (int row = 0; row < kRows; ++row) join(sums[row], high[row]);
      } else {
        for (auto& row : sums) Sums::set_all(row, 0);
        Sums::add_rows(low_slots, i, taps, sums);
      }
      for (int row = 0; row < kRows; ++row)
        store_products(sums[row], line.high.rows[row] + i, line.low.rows[row] + i);
    }
  }

  void mirror_ends(uint16_t* line, int radius) const {
    if (x0 == 0)
      for (int k = 1; k <= radius; ++k) line[kMargin - k] = line[kMargin + k];
    const int last = kMargin + band.width - x0 - 1;
    if (last < kMargin + band.tile + radius)
      for (int k = 1; k <= radius; ++k) line[last + k] = line[last - k];
  }
  void mirror_ends(const Line& line) const {
    for (uint16_t* row : line.rows) mirror_ends(row, Scale::kRadius);
  }
  void mirror_ends(const ProductLine& line) const {
    mirror_ends(line.high);
    mirror_ends(line.low);
  }

  // Of the rows that are made at a time, the first of which is y.
  void make_coarser(const VifSide& side, const Ring& ring, int first, int y) const {
    if (side.coarser == nullptr) return;
    const typename Sums::Slots slots(ring, first);
    for (int row = 0; row < kRows && y + row < band.bottom; row += 2)
      make_coarser_row(side, slots.at + row / 2, y + row);
  }

  void make_coarser_row(const VifSide& side, const int32_t* const* slots, int y) const {
    if (y / 2 >= band.height / 2) return;
    uint16_t* const line = coarser_line.rows[0];
    for (int i = begin; i < end; i += kVectors * kWords) {
      I sums[kVectors];
      Sums::set_all(sums, mean_rounding());
      Sums::add_rows_for_coarser(slots, i, sums);
      store_means(sums, line + i);
    }
    mirror_ends(line, Scale::kCoarserRadius);
    uint16_t* const to = side.coarser + y / 2 * side.coarser_stride + x0 / 2;
    for (int x = 0; x < n_columns; x += kVectors * kHalves) {
      I sums[kVectors];
      Sums::set_all(sums, kSign + 0x8000);
      Sums::add_columns_for_coarser(line + kMargin + x - Scale::kCoarserRadius, sums);
      for (I& sum : sums) sum = Isa::shift_right_u32(sum, 16);
      for (int v = 0; v < kVectors; v += 2)
        Isa::store(to + x / 2 + v * kWords, Isa::pack_in_order_u32(sums[v], sums[v + 1]));
    }
  }
};

}  // namespace
}  // namespace vmaf_dnn::features
