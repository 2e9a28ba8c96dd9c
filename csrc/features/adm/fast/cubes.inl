// SPDX-License-Identifier: BSD-3-Clause
// Sums of cubes over a row: of detail, and of what is seen of a signal beside its maskers.
#pragma once

#include "features/adm/fast/taps.inl"
#include "features/adm/masking.h"

namespace vmaf_dnn::features {
namespace {

// Calls visit(x, whole) for each vector of n samples; where `whole` is false only the first n - x count.
template <int kStep, typename Visit>
void for_each_vector(int n, Visit visit) {
  int x = 0;
  for (; x + kStep <= n; x += kStep) visit(x, true);
  if (x < n) visit(x, false);
}

// 64-bit sums of lanes.
template <typename Isa>
class CubeSum {
 public:
  using I = typename Isa::I;

  // Of magnitudes and their squares in 32 bits.
  void add(I magnitude, I square) {
    add64(Isa::mul_even_u32(square, magnitude));
    add64(Isa::mul_even_u32(odd_of<Isa>(square), odd_of<Isa>(magnitude)));
  }

  // Of magnitudes, each step rounded after its offset is added.
  void add(I magnitude, I square_offset, int square_shift, I cube_offset, int cube_shift) {
    const auto cube = [&](I x) {
      const I square = Isa::shift_right_u64(Isa::add64(Isa::mul_even_u32(x, x), square_offset), square_shift);
      return Isa::shift_right_u64(Isa::add64(Isa::mul_even_u32(square, x), cube_offset), cube_shift);
    };
    add64(cube(magnitude));
    add64(cube(odd_of<Isa>(magnitude)));
  }

  uint64_t total() const { return static_cast<uint64_t>(Isa::sum64(sum_)); }

 private:
  void add64(I x) { sum_ = Isa::add64(sum_, x); }

  I sum_ = Isa::zero();
};

constexpr int64_t half_of(int shift) { return shift == 0 ? 0 : int64_t{1} << (shift - 1); }

template <typename Isa>
void cubes_0(const int16_t* const* bands, int n, CubeShifts, uint64_t* sums) {
  for (int o = 0; o < kOrientations; ++o) {
    CubeSum<Isa> sum;
    for_each_vector<Isa::kWords>(n, [&](int x, bool whole) {
      auto words = Isa::abs16(Isa::load(bands[o] + x));
      if (!whole) words = Isa::first16(words, n - x);
      const auto even = low_words<Isa>(words), odd = Isa::shift_right_u32(words, 16);
      sum.add(even, Isa::pair_products16(even, even));
      sum.add(odd, Isa::pair_products16(odd, odd));
    });
    sums[o] = sum.total();
  }
}

template <typename Isa>
void cubes(const int32_t* const* bands, int n, CubeShifts shifts, uint64_t* sums) {
  const auto square_offset = Isa::set64(int64_t{1} << shifts.square);
  const auto cube_offset = Isa::set64(half_of(shifts.cube));
  for (int o = 0; o < kOrientations; ++o) {
    CubeSum<Isa> sum;
    for_each_vector<Isa::kLanes>(n, [&](int x, bool whole) {
      auto magnitude = Isa::abs32(Isa::load(bands[o] + x));
      if (!whole) magnitude = Isa::first32(magnitude, n - x);
      sum.add(magnitude, square_offset, shifts.square, cube_offset, shifts.cube);
    });
    sums[o] = sum.total();
  }
}

template <typename Isa, typename Mask>
typename Isa::I threshold_at(const Maskers<Mask>& maskers, int x) {
  auto sum = Isa::load_lanes(maskers.own + x);
  for (const Mask* row : maskers.neighbours)
    for (int dx = -1; dx <= 1; ++dx) sum = Isa::add32(sum, Isa::load_lanes(row + x + dx));
  return sum;
}

template <typename Isa, typename Detail, typename Mask, typename Contrast, typename Threshold>
void add_masked_cubes(const Detail* const* signal, const Maskers<Mask>& maskers, int n,
                      const CubeShifts* shifts, uint64_t* sums, Contrast contrast_of,
                      Threshold threshold_of) {
  const typename Isa::I zero = Isa::zero();
  CubeSum<Isa> cube_sums[kOrientations];
  for_each_vector<Isa::kLanes>(n, [&](int x, bool whole) {
    const auto threshold = threshold_at<Isa>(maskers, x);
    for (int o = 0; o < kOrientations; ++o) {
      auto visible = Isa::max32(Isa::sub32(contrast_of(signal[o] + x, o), threshold_of(threshold, o)), zero);
      if (!whole) visible = Isa::first32(visible, n - x);
      cube_sums[o].add(visible, Isa::set64(half_of(shifts[o].square)), shifts[o].square,
                       Isa::set64(half_of(shifts[o].cube)), shifts[o].cube);
    }
  });
  for (int o = 0; o < kOrientations; ++o) sums[o] = cube_sums[o].total();
}

template <typename Isa>
void masked_cubes_0(const int16_t* const* signal, const Maskers<uint16_t>& maskers, int n,
                    BandWeights weights, const CubeShifts* shifts, uint64_t* sums) {
  const auto edge = Isa::set32(weights.edge), diagonal = Isa::set32(weights.diagonal);
  add_masked_cubes<Isa>(
      signal, maskers, n, shifts, sums,
      [edge, diagonal](const int16_t* band, int o) {
        return Isa::mul_low32(Isa::abs32(Isa::load_lanes(band)), o == kDiagonal ? diagonal : edge);
      },
      [](auto threshold, int o) {
        // No contrast is above what 31 bits can mask.
        const auto bounded = Isa::min32(threshold, Isa::set32(0x7FFFFFFF >> kThresholdShifts[kDiagonal]));
        return Isa::shift_left32(bounded, kThresholdShifts[o]);
      });
}

template <typename Isa>
void masked_cubes(const int32_t* const* contrast, const Maskers<int32_t>& maskers, int n, BandWeights,
                  const CubeShifts* shifts, uint64_t* sums) {
  add_masked_cubes<Isa>(
      contrast, maskers, n, shifts, sums, [](const int32_t* band, int) { return Isa::load(band); },
      [](auto threshold, int) { return threshold; });
}

}  // namespace
}  // namespace vmaf_dnn::features
