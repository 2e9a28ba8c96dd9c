// SPDX-License-Identifier: BSD-3-Clause
// The filters of VIF along rows, and the statistics: vectors of even columns, each followed by one of the odd
// columns between them.
#pragma once

#include "features/vif/fast/columns.inl"

namespace vmaf_dnn::features {
namespace {

template <typename Isa, typename Scale, typename Sample>
struct VifRows : VifColumns<Isa, Scale, Sample> {
  using I = typename Isa::I;
  using Sums = VifTapSums<Isa, Scale>;
  using Columns = VifColumns<Isa, Scale, Sample>;
  using Columns::covariance, Columns::cross_line, Columns::distorted_mean, Columns::n_columns,
      Columns::reference, Columns::square_line, Columns::variance;
  using Columns::kGroup, Columns::kHalves, Columns::kMargin, Columns::kSign, Columns::kVectors,
      Columns::kWords;

  using Columns::Columns;

  VMAF_DNN_INLINE void filter_mean(const uint16_t* line, int x, I (&means)[2 * kVectors]) const {
    I even[kVectors], odd[kVectors];
    Sums::set_all(even, kSign);
    Sums::set_all(odd, kSign);
    Sums::add_columns(line + kMargin + x - Scale::kRadius, even, odd);
    alternate(even, odd, means);
  }

  VMAF_DNN_INLINE void filter_product(const uint16_t* high, const uint16_t* low, int x,
                                      I (&products)[2 * kVectors]) const {
    I even[kVectors], odd[kVectors], rest[2 * kVectors];
    Sums::set_all(even, 0x8000);
    Sums::set_all(odd, 0x8000);
    Sums::add_columns(low + kMargin + x - Scale::kRadius, even, odd);
    alternate(even, odd, rest);
    Sums::set_all(even, kSign);
    Sums::set_all(odd, kSign);
    Sums::add_columns(high + kMargin + x - Scale::kRadius, even, odd);
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
};

}  // namespace
}  // namespace vmaf_dnn::features
