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

  // Lines at a time: as many as their sums leave registers for, as they share the loads of taps.
  static constexpr int kLines = Isa::kHasManyRegisters ? 2 : 1;

  // kVectors vectors of columns from x of each line, from what their sums start with.
  template <int n_lines>
  VMAF_DNN_INLINE void filter_lines(const uint16_t* const* lines, int x, const uint32_t* starts,
                                    I (*sums)[2 * kVectors]) const {
    const uint16_t* from[n_lines];
    I even[n_lines][kVectors], odd[n_lines][kVectors];
    for (int line = 0; line < n_lines; ++line) {
      from[line] = lines[line] + kMargin + x - Scale::kRadius;
      Sums::set_all(even[line], starts[line]);
      Sums::set_all(odd[line], starts[line]);
    }
    Sums::template add_columns<n_lines>(from, even, odd);
    for (int line = 0; line < n_lines; ++line) alternate(even[line], odd[line], sums[line]);
  }

  VMAF_DNN_INLINE void filter_mean(const uint16_t* line, int x, I (&means)[2 * kVectors]) const {
    filter_lines<1>(&line, x, &kSign, &means);
  }

  VMAF_DNN_INLINE void filter_product(const uint16_t* high, const uint16_t* low, int x,
                                      I (&products)[2 * kVectors]) const {
    const uint16_t* const lines[] = {low, high};
    constexpr uint32_t kStarts[] = {0x8000, kSign};
    I sums[2][2 * kVectors];
    filter_lines<kLines>(lines, x, kStarts, sums);
    if constexpr (kLines == 1) filter_lines<1>(lines + 1, x, kStarts + 1, sums + 1);
    for (int v = 0; v < 2 * kVectors; ++v)
      products[v] = Isa::add32(sums[1][v], Isa::shift_right32(sums[0][v], 16));
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
