// SPDX-License-Identifier: BSD-3-Clause
// Splits a row of distorted detail into what is left of the reference's and what was added, each with what
// the other masks of it.
#pragma once

#include "features/adm/decouple.h"
#include "features/adm/fast/taps.inl"
#include "features/adm/masking.h"

namespace vmaf_dnn::features {
namespace {

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

// 16-bit products are (a * b + 2^14) >> 15, so each factor of level 0 is split into a whole number and what
// is beyond it, times 2^15: kThirtieth0 >> 12 is once and a bit, kFifteenth0 >> 12 twice and a bit.
constexpr int16_t kThirtiethBeyondOne = static_cast<int16_t>((kThirtieth0 - (1 << 12)) << 3);
constexpr int16_t kFifteenthBeyondTwo = static_cast<int16_t>((kFifteenth0 - (2 << 12)) << 3);
static_assert(kThirtiethBeyondOne == 2184 && kFifteenthBeyondTwo == 4368);

// The contrasts of level 0, as its maskers are made of: to 16 bits.
template <typename Isa>
class Contrasts {
 public:
  explicit Contrasts(BandWeights weights)
      : once_(Isa::set16(weights.edge < kOne ? 0 : -1)),
        beyond_once_(Isa::set16(static_cast<int16_t>(weights.edge % kOne))),
        diagonal_(Isa::set16(static_cast<int16_t>(weights.diagonal))) {}

  typename Isa::I of_edge(typename Isa::I sample) const {
    return Isa::abs16(Isa::add16(Isa::bit_and(sample, once_), Isa::mul_round16(sample, beyond_once_)));
  }
  // >> 17, with its rounding, is half of >> 16.
  typename Isa::I of_diagonal(typename Isa::I sample) const {
    return Isa::average_u16(Isa::mul_high_u16(Isa::abs16(sample), diagonal_), Isa::zero());
  }

 private:
  static constexpr uint32_t kOne = 1 << 15;

  typename Isa::I once_, beyond_once_, diagonal_;
};

// Maskers of a row of level 0, to 16 bits.
template <typename Isa>
struct MaskerSums {
  typename Isa::I neighbour = Isa::zero(), own = Isa::zero();

  void add(typename Isa::I contrast) {
    const auto once = Isa::mul_round16(contrast, Isa::set16(kThirtiethBeyondOne));
    const auto twice = Isa::mul_round16(contrast, Isa::set16(kFifteenthBeyondTwo));
    neighbour = Isa::add16(neighbour, Isa::add16(contrast, once));
    own = Isa::add16(own, Isa::add16(contrast, Isa::sub16(twice, once)));
  }

  template <typename Row>
  void store(const Row& row, int x) const {
    Isa::store(row.neighbour + x, neighbour);
    Isa::store(row.own + x, own);
  }
};

template <typename Isa, bool kWithAdditive>
void decouple_0_as(const int16_t* const* reference, const int16_t* const* distorted, int n,
                   double enhn_gain_limit, BandWeights weights, const MaskedRow<int16_t, uint16_t>& restored,
                   const MaskedRow<int16_t, uint16_t>* additive) {
  const int gain_limit = static_cast<int>(enhn_gain_limit);
  const bool is_fraction = gain_limit != enhn_gain_limit;
  // No sample is larger than the product of the two.
  const auto limit = Isa::set16(static_cast<int16_t>(gain_limit));
  const auto largest = Isa::set16(static_cast<int16_t>(32767 / gain_limit));
  const auto zero = Isa::zero();
  const Contrasts<Isa> contrasts(weights);
  for (int x = 0; x < n; x += Isa::kWords) {
    const auto aligned = aligned_0<Isa>(reference, distorted, x);
    MaskerSums<Isa> of_additive, of_restored;
    for (int o = 0; o < kOrientations; ++o) {
      const auto r = Isa::load(reference[o] + x), d = Isa::load(distorted[o] + x);
      auto kept = Isa::max16(Isa::min16(d, Isa::max16(r, zero)), Isa::min16(r, zero));
      const auto size = Isa::abs16(kept);
      const auto enhanced = Isa::min_u16(Isa::mul_low16(Isa::min16(size, largest), limit), Isa::abs16(d));
      kept = Isa::select(aligned, Isa::sign16(enhanced, kept), kept);
      if (is_fraction || Isa::any(Isa::greater16(Isa::abs16(r), Isa::set16(kLargestExact))))
        kept = restore_slowly<Isa>(reference[o] + x, distorted[o] + x, aligned, enhn_gain_limit);
      const auto added = Isa::sub16(d, kept);
      const auto contrast_of = [&](auto sample) {
        return o == kDiagonal ? contrasts.of_diagonal(sample) : contrasts.of_edge(sample);
      };
      of_additive.add(contrast_of(added));
      Isa::store(restored.signal[o] + x, kept);
      if (kWithAdditive) {
        of_restored.add(contrast_of(kept));
        Isa::store(additive->signal[o] + x, added);
      }
    }
    of_additive.store(restored, x);
    if (kWithAdditive) of_restored.store(*additive, x);
  }
}

template <typename Isa>
void decouple_0(const int16_t* const* reference, const int16_t* const* distorted, int n,
                double enhn_gain_limit, BandWeights weights, const MaskedRow<int16_t, uint16_t>& restored,
                const MaskedRow<int16_t, uint16_t>* additive) {
  (additive == nullptr ? decouple_0_as<Isa, false> : decouple_0_as<Isa, true>)(reference, distorted, n,
                                                                               enhn_gain_limit, weights,
                                                                               restored, additive);
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

// Maskers of a row of a later level, from contrasts.
template <typename Isa>
struct LaterMaskerSums {
  typename Isa::I neighbour = Isa::zero(), own = Isa::zero();

  void add(typename Isa::I contrast) {
    const auto near = mask_later<Isa>(contrast, Isa::set32(static_cast<uint32_t>(kThirtieth)));
    const auto here = mask_later<Isa>(contrast, Isa::set32(static_cast<uint32_t>(kFifteenth)));
    neighbour = Isa::add32(neighbour, near);
    own = Isa::add32(own, Isa::sub32(here, near));
  }

  template <typename Row>
  void store(const Row& row, int x) const {
    Isa::store(row.neighbour + x, neighbour);
    Isa::store(row.own + x, own);
  }
};

template <typename Isa, bool kWithAdditive>
void decouple_as(const int32_t* const* reference, const int32_t* const* distorted, int n,
                 double enhn_gain_limit, BandWeights weights, const MaskedRow<int32_t, int32_t>& restored,
                 const MaskedRow<int32_t, int32_t>* additive) {
  const auto gain_limit = Isa::set_double(enhn_gain_limit);
  const auto edge = Isa::set32(weights.edge), diagonal = Isa::set32(weights.diagonal);
  for (int x = 0; x < n; x += Isa::kLanes) {
    const auto aligned = aligned_later<Isa>(reference, distorted, x);
    const Enhancement<Isa> low(Isa::to_mask(aligned, 0), gain_limit),
        high(Isa::to_mask(aligned, 1), gain_limit);
    LaterMaskerSums<Isa> of_additive, of_restored;
    for (int o = 0; o < kOrientations; ++o) {
      const auto r = Isa::load(reference[o] + x), d = Isa::load(distorted[o] + x);
      const auto kept = restore_later<Isa>(r, d, low, high);
      const auto contrast_of = [&](auto sample) {
        return Isa::abs32(weigh_later<Isa>(sample, o == kDiagonal ? diagonal : edge));
      };
      const auto added = contrast_of(Isa::sub32(d, kept)), left = contrast_of(kept);
      of_additive.add(added);
      Isa::store(restored.signal[o] + x, left);
      if (kWithAdditive) {
        of_restored.add(left);
        Isa::store(additive->signal[o] + x, added);
      }
    }
    of_additive.store(restored, x);
    if (kWithAdditive) of_restored.store(*additive, x);
  }
}

template <typename Isa>
void decouple(const int32_t* const* reference, const int32_t* const* distorted, int n, double enhn_gain_limit,
              BandWeights weights, const MaskedRow<int32_t, int32_t>& restored,
              const MaskedRow<int32_t, int32_t>* additive) {
  (additive == nullptr ? decouple_as<Isa, false> : decouple_as<Isa, true>)(reference, distorted, n,
                                                                           enhn_gain_limit, weights, restored,
                                                                           additive);
}

}  // namespace
}  // namespace vmaf_dnn::features
