// SPDX-License-Identifier: BSD-3-Clause
// The kernels of ADM after the wavelet.
#pragma once

#include "features/adm/decouple.h"
#include "features/adm/kernels.h"
#include "features/adm/level.h"
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
    add64(Isa::multiply_even(square, magnitude));
    add64(Isa::multiply_even(Isa::odd(square), Isa::odd(magnitude)));
  }

  // Of magnitudes, each step rounded after its offset is added.
  void add(I magnitude, I square_offset, int square_shift, I cube_offset, int cube_shift) {
    const auto cube = [&](I x) {
      const I square = Isa::shift_right64(Isa::add64(Isa::multiply_even(x, x), square_offset), square_shift);
      return Isa::shift_right64(Isa::add64(Isa::multiply_even(square, x), cube_offset), cube_shift);
    };
    add64(cube(magnitude));
    add64(cube(Isa::odd(magnitude)));
  }

  uint64_t total() const { return Isa::sum64(sum_); }

 private:
  void add64(I x) { sum_ = Isa::add64(sum_, x); }

  I sum_ = Isa::set32(0);
};

inline uint64_t half_of(int shift) { return shift == 0 ? 0 : uint64_t{1} << (shift - 1); }

template <typename Isa>
void cubes_0(const int16_t* const* bands, int n, CubeShifts, uint64_t* sums) {
  for (int o = 0; o < kOrientations; ++o) {
    CubeSum<Isa> sum;
    for_each_vector<Isa::kWords>(n, [&](int x, bool whole) {
      auto words = Isa::absolute16(Isa::load(bands[o] + x));
      if (!whole) words = Isa::first16(words, n - x);
      const auto even = Isa::even_words(words), odd = Isa::odd_words(words);
      sum.add(even, Isa::multiply_pairs(even, even));
      sum.add(odd, Isa::multiply_pairs(odd, odd));
    });
    sums[o] = sum.total();
  }
}

template <typename Isa>
void cubes(const int32_t* const* bands, int n, CubeShifts shifts, uint64_t* sums) {
  const auto square_offset = Isa::set64(uint64_t{1} << shifts.square);
  const auto cube_offset = Isa::set64(half_of(shifts.cube));
  for (int o = 0; o < kOrientations; ++o) {
    CubeSum<Isa> sum;
    for_each_vector<Isa::kLanes>(n, [&](int x, bool whole) {
      auto magnitude = Isa::absolute32(Isa::load(bands[o] + x));
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
    const auto found = Isa::multiply(product, product);
    const auto needed = Isa::multiply(Isa::multiply(reference, Isa::setf(kSquaredCosine)), distorted);
    aligned = Isa::bit_and(Isa::at_least(found, needed), Isa::at_least(product, Isa::setf(0)));
    is_close =
        Isa::less(Isa::absolute(Isa::subtract(found, needed)), Isa::multiply(needed, Isa::setf(0x1p-18F)));
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
    const auto dot = [](auto a, auto b) { return Isa::to_float(Isa::multiply_pairs(a, b)); };
    return Alignment<Isa>(dot(r, d), dot(r, r), dot(d, d));
  };
  const auto a = test(Isa::low_pairs(rh, rv), Isa::low_pairs(dh, dv));
  const auto b = test(Isa::high_pairs(rh, rv), Isa::high_pairs(dh, dv));
  const auto aligned = Isa::join_pairs(a.aligned, b.aligned);
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
  typename Isa::I neighbour = Isa::set16(0), own = Isa::set16(0);

  void add(typename Isa::I additive, bool is_diagonal) {
    // Times 36453 >> 15 is once and 3685 >> 15; times 49417 >> 17, with its rounding, is half of >> 16.
    const auto magnitude =
        is_diagonal ? Isa::average(Isa::multiply_high(Isa::absolute16(additive),
                                                      Isa::set16(static_cast<int16_t>(49417))),
                                   Isa::set16(0))
                    : Isa::absolute16(Isa::add16(additive, Isa::multiply_round(additive, Isa::set16(3685))));
    // Times 4369 >> 12 is once and 2184 >> 15, times 8738 twice and 4368.
    const auto once = Isa::multiply_round(magnitude, Isa::set16(2184));
    const auto twice = Isa::multiply_round(magnitude, Isa::set16(4368));
    neighbour = Isa::add16(neighbour, Isa::add16(magnitude, once));
    own = Isa::add16(own, Isa::add16(magnitude, Isa::subtract16(twice, once)));
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
  const auto zero = Isa::set16(0);
  for (int x = 0; x < n; x += Isa::kWords) {
    const auto aligned = aligned_0<Isa>(reference, distorted, x);
    MaskerSums<Isa> maskers;
    for (int o = 0; o < kOrientations; ++o) {
      const auto r = Isa::load(reference[o] + x), d = Isa::load(distorted[o] + x);
      auto kept = Isa::max16(Isa::min16(d, Isa::max16(r, zero)), Isa::min16(r, zero));
      const auto size = Isa::absolute16(kept);
      const auto enhanced =
          Isa::min_unsigned16(Isa::multiply_low(Isa::min16(size, largest), limit), Isa::absolute16(d));
      kept = Isa::select(aligned, Isa::with_sign(enhanced, kept), kept);
      if (is_fraction || Isa::any(Isa::greater16(Isa::absolute16(r), Isa::set16(kLargestExact))))
        kept = restore_slowly<Isa>(reference[o] + x, distorted[o] + x, aligned, enhn_gain_limit);
      maskers.add(Isa::subtract16(d, kept), o == kDiagonal);
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
    return Isa::add(Isa::multiply(ah, bh), Isa::multiply(av, bv));
  };
  const Alignment<Isa> test(dot(rh, rv, dh, dv), dot(rh, rv, rh, rv), dot(dh, dv, dh, dv));
  return Isa::any(test.is_close) ? resolve<Isa>(reference, distorted, x) : test.aligned;
}

// Samples in double precision: every step is exact, but for the quotient before its floor, whose fraction is
// no nearer to 1 than 2^-15.
template <typename Isa>
struct Restored {
  using D = typename Isa::D;
  D plain, enhanced;

  Restored(D reference, D distorted, D enhn_gain_limit) {
    const D one = Isa::setd(1);
    // To 15 bits: a 16th rounds.
    const D rounded = Isa::round_to_15_bits(Isa::absolute(reference));
    const D mantissa = Isa::max(rounded, one);
    const D scale = Isa::max(Isa::multiply(Isa::power_of_two_of(mantissa), Isa::setd(0x1p-14)), one);
    const D reciprocal = Isa::floor(Isa::divide(Isa::multiply(scale, Isa::setd(0x1p30)), mantissa));
    const D towards = Isa::max(Isa::flip_sign(distorted, reference), Isa::setd(0));
    const D quotient = Isa::add(Isa::multiply(reciprocal, Isa::min(towards, Isa::add(mantissa, mantissa))),
                                Isa::multiply(scale, Isa::setd(0x1p14)));
    const D gain = Isa::min(
        Isa::floor(Isa::multiply(quotient, Isa::multiply(Isa::inverse_of_power(scale), Isa::setd(0x1p-15)))),
        Isa::setd(32768));
    plain = Isa::floor(
        Isa::multiply(Isa::add(Isa::multiply(gain, reference), Isa::setd(16384)), Isa::setd(0x1p-15)));
    enhanced = Isa::flip_sign(
        Isa::min(Isa::multiply(Isa::flip_sign(plain, reference), enhn_gain_limit), towards), reference);
  }
};

template <typename Isa>
typename Isa::I restore_later(typename Isa::I reference, typename Isa::I distorted, typename Isa::I aligned,
                              typename Isa::D enhn_gain_limit) {
  const Restored<Isa> a(Isa::low_to_double(reference), Isa::low_to_double(distorted), enhn_gain_limit);
  const Restored<Isa> b(Isa::high_to_double(reference), Isa::high_to_double(distorted), enhn_gain_limit);
  return Isa::select(aligned, Isa::truncate(a.enhanced, b.enhanced), Isa::truncate(a.plain, b.plain));
}

// x * weight / 2^28 to the nearest; signed.
template <typename Isa>
typename Isa::I weigh_later(typename Isa::I x, typename Isa::I weight) {
  const auto half = Isa::set64(uint64_t{1} << 27);
  const auto even = Isa::add64(Isa::multiply_even_signed(x, weight), half);
  const auto odd = Isa::add64(Isa::multiply_even_signed(Isa::odd(x), weight), half);
  return Isa::even_and_odd(Isa::shift_right64(even, 28), Isa::shift_left64(odd, 4));
}

// (magnitude * weight - 2^31) / 2^32, rounded downwards.
template <typename Isa>
typename Isa::I mask_later(typename Isa::I magnitude, typename Isa::I weight) {
  const auto half = Isa::set64(~uint64_t{0} << 31);
  const auto even = Isa::add64(Isa::multiply_even(magnitude, weight), half);
  const auto odd = Isa::add64(Isa::multiply_even(Isa::odd(magnitude), weight), half);
  return Isa::even_and_odd(Isa::odd(even), odd);
}

template <typename Isa>
void decouple(const int32_t* const* reference, const int32_t* const* distorted, int n, double enhn_gain_limit,
              int level, int32_t* const* contrast, int32_t* neighbour, int32_t* own) {
  const auto gain_limit = Isa::setd(enhn_gain_limit);
  for (int x = 0; x < n; x += Isa::kLanes) {
    const auto aligned = aligned_later<Isa>(reference, distorted, x);
    auto neighbours = Isa::set32(0), owns = Isa::set32(0);
    for (int o = 0; o < kOrientations; ++o) {
      const auto weight = Isa::set32(static_cast<int32_t>(kSensitivityWeights[level][o == kDiagonal]));
      const auto r = Isa::load(reference[o] + x), d = Isa::load(distorted[o] + x);
      const auto kept = restore_later<Isa>(r, d, aligned, gain_limit);
      const auto masker = Isa::absolute32(weigh_later<Isa>(Isa::subtract32(d, kept), weight));
      const auto near = mask_later<Isa>(masker, Isa::set32(143165577));
      neighbours = Isa::add32(neighbours, near);
      owns = Isa::add32(owns, Isa::subtract32(mask_later<Isa>(masker, Isa::set32(286331153)), near));
      Isa::store(contrast[o] + x, Isa::absolute32(weigh_later<Isa>(kept, weight)));
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
  const typename Isa::I zero = Isa::set32(0);
  CubeSum<Isa> cube_sums[kOrientations];
  for_each_vector<Isa::kLanes>(n, [&](int x, bool whole) {
    const auto threshold = threshold_at<Isa>(maskers, x);
    for (int o = 0; o < kOrientations; ++o) {
      auto visible =
          Isa::max32(Isa::subtract32(contrast_of(kept[o] + x, o), threshold_of(threshold, o)), zero);
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
        const auto weight = Isa::set32(static_cast<int32_t>(kSensitivityWeights[0][o == kDiagonal]));
        return Isa::multiply_low32(Isa::absolute32(Isa::load_lanes(band)), weight);
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

}  // namespace
}  // namespace vmaf_dnn::features
