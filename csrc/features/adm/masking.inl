// SPDX-License-Identifier: BSD-3-Clause
// The kernels of ADM after the wavelet.
#pragma once

#include "features/adm/decouple.h"
#include "features/adm/kernels.h"
#include "features/adm/level.h"
#include "features/adm/masking.h"
#include "features/adm/rows.inl"

namespace vmaf_dnn::features {
namespace {

// Calls visit(x, whole) for each vector of n samples; where `whole` is false only the first n - x count.
template <int kStep, typename Visit>
void for_each_vector(int n, Visit visit) {
  int x = 0;
  for (; x + kStep <= n; x += kStep) visit(x, true);
  if (x < n) visit(x, false);
}

// Multiplications to 64 bits take every other lane.
template <typename Isa>
typename Isa::I odd_of(typename Isa::I lanes) {
  return Isa::shift_right_u64(lanes, 32);
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

// ---- Decoupling
// ---------------------------------------------------------------------------------------------

// Whether the gradients point the same way, in single precision: close calls are left to the definition.
template <typename Isa>
struct Alignment {
  typename Isa::I aligned, is_close;

  Alignment(typename Isa::F product, typename Isa::F reference, typename Isa::F distorted) {
    const auto found = Isa::mul(product, product);
    const auto needed = Isa::mul(Isa::mul(reference, Isa::set_float(kSquaredCosine)), distorted);
    aligned = Isa::bit_and(Isa::at_least(found, needed), Isa::at_least(product, Isa::set_float(0)));
    is_close = Isa::less(Isa::abs(Isa::sub(found, needed)), Isa::mul(needed, Isa::set_float(0x1p-18F)));
  }
};

template <typename Isa, typename Sample>
typename Isa::I resolve(const Sample* const* reference, const Sample* const* distorted, int x) {
  constexpr int n = static_cast<int>(Isa::kBytes / sizeof(Sample));
  Sample flags[n];
  for (int i = 0; i < n; ++i)
    flags[i] = static_cast<Sample>(-is_aligned(reference[kHorizontal][x + i], reference[kVertical][x + i],
                                               distorted[kHorizontal][x + i], distorted[kVertical][x + i]));
  return Isa::load(flags);
}

template <typename Isa>
typename Isa::I aligned_0(const int16_t* const* reference, const int16_t* const* distorted, int x) {
  const auto rh = Isa::load(reference[kHorizontal] + x), rv = Isa::load(reference[kVertical] + x);
  const auto dh = Isa::load(distorted[kHorizontal] + x), dv = Isa::load(distorted[kVertical] + x);
  const auto test = [](auto r, auto d) {
    const auto dot = [](auto a, auto b) { return Isa::to_float(Isa::pair_products16(a, b)); };
    return Alignment<Isa>(dot(r, d), dot(r, r), dot(d, d));
  };
  const auto a = test(Isa::interleave_low16(rh, rv), Isa::interleave_low16(dh, dv));
  const auto b = test(Isa::interleave_high16(rh, rv), Isa::interleave_high16(dh, dv));
  const auto aligned = Isa::pack32(a.aligned, b.aligned);
  if (!Isa::any(Isa::bit_or(a.is_close, b.is_close))) return aligned;
  return resolve<Isa>(reference, distorted, x);
}

// Up to here the reciprocal is good enough for the gain times the reference to be the distorted sample.
constexpr int16_t kLargestExact = 16384;

template <typename Isa>
typename Isa::I restore_slowly(const int16_t* reference, const int16_t* distorted, typename Isa::I aligned,
                               double enhn_gain_limit) {
  int16_t flags[Isa::kWords], restored[Isa::kWords];
  Isa::store(flags, aligned);
  for (int i = 0; i < Isa::kWords; ++i)
    restored[i] = static_cast<int16_t>(restore(reference[i], distorted[i], flags[i] != 0, enhn_gain_limit));
  return Isa::load(restored);
}

// Maskers of a row of level 0, to 16 bits.
template <typename Isa>
struct MaskerSums {
  typename Isa::I neighbour = Isa::zero(), own = Isa::zero();

  void add(typename Isa::I additive, bool is_diagonal) {
    // Times 36453 >> 15 is once and 3685 >> 15; times 49417 >> 17, with its rounding, is half of >> 16.
    const auto magnitude =
        is_diagonal ? Isa::average_u16(
                          Isa::mul_high_u16(Isa::abs16(additive), Isa::set16(static_cast<int16_t>(49417))),
                          Isa::zero())
                    : Isa::abs16(Isa::add16(additive, Isa::mul_round16(additive, Isa::set16(3685))));
    // Times 4369 >> 12 is once and 2184 >> 15, times 8738 twice and 4368.
    const auto once = Isa::mul_round16(magnitude, Isa::set16(2184));
    const auto twice = Isa::mul_round16(magnitude, Isa::set16(4368));
    neighbour = Isa::add16(neighbour, Isa::add16(magnitude, once));
    own = Isa::add16(own, Isa::add16(magnitude, Isa::sub16(twice, once)));
  }
};

template <typename Isa>
void decouple_0(const int16_t* const* reference, const int16_t* const* distorted, int n,
                double enhn_gain_limit, int, int16_t* const* restored, uint16_t* neighbour, uint16_t* own) {
  const int gain_limit = static_cast<int>(enhn_gain_limit);
  const bool is_fraction = gain_limit != enhn_gain_limit;
  // No sample is larger than the product of the two.
  const auto limit = Isa::set16(static_cast<int16_t>(gain_limit));
  const auto largest = Isa::set16(static_cast<int16_t>(32767 / gain_limit));
  const auto zero = Isa::zero();
  for (int x = 0; x < n; x += Isa::kWords) {
    const auto aligned = aligned_0<Isa>(reference, distorted, x);
    MaskerSums<Isa> maskers;
    for (int o = 0; o < kOrientations; ++o) {
      const auto r = Isa::load(reference[o] + x), d = Isa::load(distorted[o] + x);
      auto kept = Isa::max16(Isa::min16(d, Isa::max16(r, zero)), Isa::min16(r, zero));
      const auto size = Isa::abs16(kept);
      const auto enhanced = Isa::min_u16(Isa::mul_low16(Isa::min16(size, largest), limit), Isa::abs16(d));
      kept = Isa::select(aligned, Isa::sign16(enhanced, kept), kept);
      if (is_fraction || Isa::any(Isa::greater16(Isa::abs16(r), Isa::set16(kLargestExact))))
        kept = restore_slowly<Isa>(reference[o] + x, distorted[o] + x, aligned, enhn_gain_limit);
      maskers.add(Isa::sub16(d, kept), o == kDiagonal);
      Isa::store(restored[o] + x, kept);
    }
    Isa::store(neighbour + x, maskers.neighbour);
    Isa::store(own + x, maskers.own);
  }
}

template <typename Isa>
typename Isa::I aligned_later(const int32_t* const* reference, const int32_t* const* distorted, int x) {
  const auto load = [x](const int32_t* band) { return Isa::to_float(Isa::load(band + x)); };
  const auto rh = load(reference[kHorizontal]), rv = load(reference[kVertical]);
  const auto dh = load(distorted[kHorizontal]), dv = load(distorted[kVertical]);
  const auto dot = [](auto ah, auto av, auto bh, auto bv) {
    return Isa::add(Isa::mul(ah, bh), Isa::mul(av, bv));
  };
  const Alignment<Isa> test(dot(rh, rv, dh, dv), dot(rh, rv, rh, rv), dot(dh, dv, dh, dv));
  return Isa::any(test.is_close) ? resolve<Isa>(reference, distorted, x) : test.aligned;
}

// What enhancement may do, by lanes in double precision: to an aligned sample multiply it up to the distorted
// one, to others nothing.
template <typename Isa>
struct Enhancement {
  typename Isa::D limit, bound;

  Enhancement(typename Isa::D aligned, typename Isa::D enhn_gain_limit)
      : limit(Isa::select(aligned, enhn_gain_limit, Isa::set_double(1))),
        bound(Isa::select(aligned, Isa::set_double(0), Isa::set_double(0x1p40))) {}
};

// The magnitudes of restored samples. `towards` is the distorted sample's if it has the reference's sign, or
// else 0. Every step is exact but the quotient, whose fraction is no nearer to 1 than 2^-15.
template <typename Isa>
typename Isa::D restore_lanes(typename Isa::D reference, typename Isa::D towards,
                              const Enhancement<Isa>& enhancement) {
  using D = typename Isa::D;
  const D half = Isa::set_double(0.5);
  // Above 15 bits, rounded to them; scaled by 2^-15, and beyond 15 bits by what they exceed them.
  const D rounded = Isa::max(Isa::round_to_15_bits(Isa::abs(reference)), Isa::set_double(1));
  const D scale = Isa::min(Isa::inverse_power(rounded, -1), Isa::set_double(0x1p-15));
  const D reciprocal = Isa::floor(Isa::div(Isa::set_double(0x1p15), Isa::mul(rounded, scale)));
  const D ratio = Isa::min(Isa::mul(towards, scale), Isa::set_double(2));
  const D gain = Isa::min(Isa::floor(Isa::add(Isa::mul(reciprocal, ratio), half)), Isa::set_double(32768));
  const D restored =
      Isa::floor(Isa::add(Isa::mul(gain, Isa::mul(reference, Isa::set_double(0x1p-15))), half));
  return Isa::min(Isa::mul(Isa::abs(restored), enhancement.limit), Isa::max(towards, enhancement.bound));
}

template <typename Isa>
typename Isa::I restore_later(typename Isa::I reference, typename Isa::I distorted,
                              const Enhancement<Isa>& low, const Enhancement<Isa>& high) {
  const auto towards = Isa::max32(Isa::sign32(distorted, reference), Isa::zero());
  const auto magnitude =
      Isa::round(restore_lanes<Isa>(Isa::to_double(reference, 0), Isa::to_double(towards, 0), low),
                 restore_lanes<Isa>(Isa::to_double(reference, 1), Isa::to_double(towards, 1), high));
  return Isa::sign32(magnitude, reference);
}

// x * weight / 2^28 to the nearest; signed.
template <typename Isa>
typename Isa::I weigh_later(typename Isa::I x, typename Isa::I weight) {
  const auto half = Isa::set64(1 << 27);
  const auto even = Isa::add64(Isa::mul_even32(x, weight), half);
  const auto odd = Isa::add64(Isa::mul_even32(odd_of<Isa>(x), weight), half);
  return Isa::merge_odd32(Isa::shift_right_u64(even, 28), Isa::shift_left64(odd, 4));
}

// (magnitude * weight - 2^31) / 2^32, rounded downwards.
template <typename Isa>
typename Isa::I mask_later(typename Isa::I magnitude, typename Isa::I weight) {
  const auto half = Isa::set64(-(int64_t{1} << 31));
  const auto even = Isa::add64(Isa::mul_even_u32(magnitude, weight), half);
  const auto odd = Isa::add64(Isa::mul_even_u32(odd_of<Isa>(magnitude), weight), half);
  return Isa::merge_odd32(odd_of<Isa>(even), odd);
}

template <typename Isa>
void decouple(const int32_t* const* reference, const int32_t* const* distorted, int n, double enhn_gain_limit,
              int level, int32_t* const* contrast, int32_t* neighbour, int32_t* own) {
  const auto gain_limit = Isa::set_double(enhn_gain_limit);
  for (int x = 0; x < n; x += Isa::kLanes) {
    const auto aligned = aligned_later<Isa>(reference, distorted, x);
    const Enhancement<Isa> low(Isa::to_mask(aligned, 0), gain_limit),
        high(Isa::to_mask(aligned, 1), gain_limit);
    auto neighbours = Isa::zero(), owns = Isa::zero();
    for (int o = 0; o < kOrientations; ++o) {
      const auto weight = Isa::set32(static_cast<uint32_t>(kSensitivityWeights[level][o == kDiagonal]));
      const auto r = Isa::load(reference[o] + x), d = Isa::load(distorted[o] + x);
      const auto kept = restore_later<Isa>(r, d, low, high);
      const auto masker = Isa::abs32(weigh_later<Isa>(Isa::sub32(d, kept), weight));
      const auto near = mask_later<Isa>(masker, Isa::set32(143165577));
      neighbours = Isa::add32(neighbours, near);
      owns = Isa::add32(owns, Isa::sub32(mask_later<Isa>(masker, Isa::set32(286331153)), near));
      Isa::store(contrast[o] + x, Isa::abs32(weigh_later<Isa>(kept, weight)));
    }
    Isa::store(neighbour + x, neighbours);
    Isa::store(own + x, owns);
  }
}

// ---- Masking
// ------------------------------------------------------------------------------------------------

template <typename Isa, typename Mask>
typename Isa::I threshold_at(const Maskers<Mask>& maskers, int x) {
  auto sum = Isa::load_lanes(maskers.own + x);
  for (const Mask* row : maskers.neighbours)
    for (int dx = -1; dx <= 1; ++dx) sum = Isa::add32(sum, Isa::load_lanes(row + x + dx));
  return sum;
}

template <typename Isa, typename Detail, typename Mask, typename Contrast, typename Threshold>
void add_masked_cubes(const Detail* const* kept, const Maskers<Mask>& maskers, int n,
                      const CubeShifts* shifts, uint64_t* sums, Contrast contrast_of,
                      Threshold threshold_of) {
  const typename Isa::I zero = Isa::zero();
  CubeSum<Isa> cube_sums[kOrientations];
  for_each_vector<Isa::kLanes>(n, [&](int x, bool whole) {
    const auto threshold = threshold_at<Isa>(maskers, x);
    for (int o = 0; o < kOrientations; ++o) {
      auto visible = Isa::max32(Isa::sub32(contrast_of(kept[o] + x, o), threshold_of(threshold, o)), zero);
      if (!whole) visible = Isa::first32(visible, n - x);
      cube_sums[o].add(visible, Isa::set64(half_of(shifts[o].square)), shifts[o].square,
                       Isa::set64(half_of(shifts[o].cube)), shifts[o].cube);
    }
  });
  for (int o = 0; o < kOrientations; ++o) sums[o] = cube_sums[o].total();
}

template <typename Isa>
void masked_cubes_0(const int16_t* const* restored, const Maskers<uint16_t>& maskers, int n,
                    const CubeShifts* shifts, uint64_t* sums) {
  add_masked_cubes<Isa>(
      restored, maskers, n, shifts, sums,
      [](const int16_t* band, int o) {
        const auto weight = Isa::set32(static_cast<uint32_t>(kSensitivityWeights[0][o == kDiagonal]));
        return Isa::mul_low32(Isa::abs32(Isa::load_lanes(band)), weight);
      },
      [](auto threshold, int o) {
        // No contrast is above what 31 bits can mask.
        const auto bounded = Isa::min32(threshold, Isa::set32(0x7FFFFFFF >> kThresholdShifts[kDiagonal]));
        return Isa::shift_left32(bounded, kThresholdShifts[o]);
      });
}

template <typename Isa>
void masked_cubes(const int32_t* const* contrast, const Maskers<int32_t>& maskers, int n,
                  const CubeShifts* shifts, uint64_t* sums) {
  add_masked_cubes<Isa>(
      contrast, maskers, n, shifts, sums, [](const int32_t* band, int) { return Isa::load(band); },
      [](auto threshold, int) { return threshold; });
}

template <typename Isa>
constexpr AdmKernels adm_kernels() {
  return {{columns_of_bytes<Isa>, columns_of_words<Isa>, columns_of_level_1<Isa>, columns_of_later<Isa>},
          {approximate_0<Isa>, detail_0<Isa>, cubes_0<Isa>, decouple_0<Isa>, masked_cubes_0<Isa>},
          {approximate<Isa>, detail<Isa>, cubes<Isa>, decouple<Isa>, masked_cubes<Isa>}};
}

}  // namespace
}  // namespace vmaf_dnn::features
