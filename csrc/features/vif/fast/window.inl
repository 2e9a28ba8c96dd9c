// SPDX-License-Identifier: BSD-3-Clause
// Fills the window of rows of a tile: pairs of rows, interleaved, and their products.
#pragma once

#include "features/vif/fast/workspace.inl"

#define VMAF_DNN_INLINE inline __attribute__((always_inline))

namespace vmaf_dnn::features {
namespace {

template <typename Isa, typename Scale, typename Sample>
struct VifWindow : VifWorkspace<Isa, Scale, Sample> {
  using I = typename Isa::I;
  using Workspace = VifWorkspace<Isa, Scale, Sample>;
  using typename Workspace::Distorted;
  using typename Workspace::Product;
  using Workspace::kHalves, Workspace::kIsWide, Workspace::kMargin, Workspace::kWords;
  using Workspace::reference;
  static constexpr int kRowsAhead = 8;

  const VifBand& band;
  // Of the tile: its first column; columns of lines, counted from x0 - kMargin, that are filtered vertically.
  int x0, n_columns, begin, end;

  explicit VifWindow(const VifBand& b) : Workspace(b.workspace, b.tile), band(b) {}

  // Rows that no output row of the picture reaches may be any.
  static int mirrored(int y, int n) { return y < 0 ? -y : y < n ? y : 2 * n - 2 - y < 0 ? 0 : 2 * n - 2 - y; }

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

  // Frames come in with words of any value: what is seen of them is told.
  static constexpr bool kTellsBits = kIsWide && Scale::kIsFirst;

  static VMAF_DNN_INLINE I bits_of(I upper, I lower) {
    return kTellsBits ? Isa::bit_or(upper, lower) : Isa::zero();
  }

  // Of kHalves columns from i of the line. Returns the bits that the samples have set.
  VMAF_DNN_INLINE I fill_group(const Sample* const (&r)[2], const Sample* const* d, const Distorted* rings,
                               ptrdiff_t at) const {
    const I upper = load_samples(r[0]), lower = load_samples(r[1]);
    if (rings == nullptr) {
      put_pair(reference.samples.slots + at, upper, lower);
      put_products(reference.square, at, upper, upper, lower, lower);
      return bits_of(upper, lower);
    }
    const I d_upper = load_samples(d[0]), d_lower = load_samples(d[1]);
    put_pair(rings->samples.slots + at, d_upper, d_lower);
    put_products(rings->square, at, d_upper, d_upper, d_lower, d_lower);
    put_products(rings->cross, at, upper, d_upper, lower, d_lower);
    return bits_of(d_upper, d_lower);
  }

  // Rows y and y + 1 into a slot: of the reference, or (with rings) of a distorted image. Returns the bits
  // that are set in some sample, if it tells.
  uint16_t fill(int y, int slot, const VifSide* side, const Distorted* rings) const {
    const Sample *r[2], *d[2];  // d is not read without rings
    const int left = x0 - kMargin;
    for (int row = 0; row < 2; ++row) {
      r[row] = row_of(band.reference, y + row) + left;
      d[row] = side != nullptr ? row_of(*side, y + row) + left : r[row];
      const int ahead = y + row + kRowsAhead;
      if (ahead < band.height) prefetch(row_of(side != nullptr ? *side : band.reference, ahead) + left);
    }
    const ptrdiff_t at = ptrdiff_t{slot} * reference.samples.n_columns;
    const int n_inside = band.width - left;
    I bits = Isa::zero();
    int i = begin;
    for (; i < end && i + kHalves <= n_inside; i += kHalves) {
      const Sample* const r_at[2] = {r[0] + i, r[1] + i};
      const Sample* const d_at[2] = {d[0] + i, d[1] + i};
      bits = Isa::bit_or(bits, fill_group(r_at, d_at, rings, at + i));
    }
    if (i >= end) return halves_of(bits);
    // The picture ends within these columns: nothing beyond it may be read.
    alignas(64) Sample copies[4][kHalves] = {};
    for (int k = 0; i + k < n_inside; ++k)
      for (int row = 0; row < 2; ++row) {
        copies[row][k] = r[row][i + k];
        if (side != nullptr) copies[2 + row][k] = d[row][i + k];
      }
    const Sample* const r_at[2] = {copies[0], copies[1]};
    const Sample* const d_at[2] = {copies[2], copies[3]};
    return halves_of(Isa::bit_or(bits, fill_group(r_at, d_at, rings, at + i)));
  }

 private:
  static uint16_t halves_of(I bits) {
    if constexpr (!kTellsBits) return 0;
    const uint32_t words = Isa::bits_of_all32(bits);
    return static_cast<uint16_t>(words | words >> 16);
  }
};

}  // namespace
}  // namespace vmaf_dnn::features
