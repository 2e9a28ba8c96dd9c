// SPDX-License-Identifier: BSD-3-Clause
// VIF of a band of rows, written once for every instruction set. Two or four output rows are made at a time,
// in tiles of columns whose window of rows stays in the second-level cache (128 columns, in the first, take a
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

#include "features/vif/fast/gain.inl"
#include "features/vif/fast/rows.inl"

namespace vmaf_dnn::features {
namespace {

template <typename Isa, typename Scale, typename Sample>
struct VifBandKernel : VifRows<Isa, Scale, Sample> {
  using Rows = VifRows<Isa, Scale, Sample>;
  using Rows::band, Rows::begin, Rows::end, Rows::n_columns, Rows::x0;
  using Rows::covariance, Rows::cross_line, Rows::distorted, Rows::distorted_mean, Rows::reference,
      Rows::square_line, Rows::variance;
  using Rows::fill, Rows::filter_means, Rows::filter_products, Rows::finish_distorted, Rows::finish_reference,
      Rows::make_coarser, Rows::mirror_ends, Rows::n_padded;
  using Rows::kMargin, Rows::kRows, Rows::kSlots, Rows::kVectors, Rows::kWords;
  using typename Rows::Distorted;

  VifReferenceSums& reference_sums;
  VifDistortedSums* distorted_sums;

  VifBandKernel(const VifBand& b, VifReferenceSums& r, VifDistortedSums* d)
      : Rows(b), reference_sums(r), distorted_sums(d) {}

  void run_rows(int y, int first) {
    const int n_rows = band.bottom - y < kRows ? band.bottom - y : kRows;
    filter_means(reference.samples, first, reference.mean);
    filter_products(reference.square, first, reference.square_line);
    mirror_ends(reference.mean);
    mirror_ends(reference.square_line);
    if constexpr (Scale::kHasCoarser) make_coarser(band.reference, reference.samples, first, y);
    for (int row = 0; row < n_rows; ++row) {
      finish_reference(row);
      add_reference<Isa>(reference.variance_of[row], n_padded(), reference_sums);
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
        add_distorted<Isa>(reference.variance_of[row], variance[row], covariance[row], n_padded(), band,
                           distorted_sums[i]);
      }
    }
  }

  void fill_all(int y, int slot) {
    add_bits(reference_sums.sample_bits, fill(y, slot, nullptr, nullptr));
    for (int i = 0; i < band.n_distorted; ++i) {
      const Distorted rings = distorted(i);
      add_bits(distorted_sums[i].sample_bits, fill(y, slot, &band.distorted[i], &rings));
    }
  }

  static void add_bits(uint16_t& all, uint16_t bits) { all = static_cast<uint16_t>(all | bits); }

  void run_tile() {
    constexpr int n_kept = kSlots - kRows / 2;
    for (int k = 0; k < n_kept; ++k) fill_all(band.top - Scale::kRadius + 2 * k, k);
    int first = 0;
    for (int y = band.top; y < band.bottom; y += kRows) {
      for (int k = n_kept; k < kSlots; ++k)
        fill_all(y - Scale::kRadius + 2 * k, Rows::Sums::slot_of(first, k));
      run_rows(y, first);
      first = Rows::Sums::slot_of(first, kRows / 2);
    }
  }

  static void run(const VifBand& band, VifReferenceSums& reference, VifDistortedSums* distorted) {
    VifBandKernel kernel(band, reference, distorted);
    for (int x = 0; x < band.width; x += band.tile) {
      const int n_left = band.width - x;
      kernel.x0 = x;
      kernel.n_columns = n_left < band.tile ? n_left : band.tile;
      kernel.begin = x == 0 ? kMargin : 0;
      const int needed = n_left < band.tile + Scale::kRadius ? n_left : band.tile + Scale::kRadius;
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
  return {Largest::bytes,
          Largest::kGroup,
          VifBandKernel<Isa, VifScale<0>, uint8_t>::run,
          {Largest::run, VifBandKernel<Isa, VifScale<1>, uint16_t>::run,
           VifBandKernel<Isa, VifScale<2>, uint16_t>::run, VifBandKernel<Isa, VifScale<3>, uint16_t>::run}};
}

}  // namespace
}  // namespace vmaf_dnn::features
