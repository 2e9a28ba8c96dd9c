// SPDX-License-Identifier: BSD-3-Clause
// The kernels of motion for one instruction set, whose operations are Isa's.
#pragma once

#include "features/motion/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

constexpr uint32_t pair_of(int first, int second) { return static_cast<uint32_t>(first | second << 16); }

template <typename Isa, typename Sample>
bool subtract_rows(const Sample* previous, const Sample* current, int n, int16_t* difference) {
  auto all = Isa::zero();
  for (int x = 0; x < n; x += Isa::kWords) {
    // The last vector overlaps the one before: pictures end where their rows do.
    if (x + Isa::kWords > n) x = n - Isa::kWords;
    const auto here = Isa::sub16(Isa::load_words(previous + x), Isa::load_words(current + x));
    all = Isa::bit_or(all, here);
    Isa::store(difference + x, here);
  }
  return Isa::any(all);
}

template <typename Isa>
void filter_motion_columns(const int16_t* const* rows, int n, int shift, HalvedRow filtered) {
  const auto outer = Isa::set32(pair_of(kMotionTaps[0], kMotionTaps[1]));
  const auto centre = Isa::set32(pair_of(kMotionTaps[2], 0));
  const auto rounding = Isa::set32(1U << (shift - 1)), one = Isa::set32(1);
  const auto filter = [&](auto outer_pairs, auto centre_pairs) {
    return Isa::add_products16(Isa::add_products16(rounding, outer_pairs, outer), centre_pairs, centre);
  };
  for (int x = 0; x < n; x += Isa::kWords) {
    const auto row = [&](int k) { return Isa::load(rows[k] + x); };
    const auto outermost = Isa::add16(row(0), row(4)), inner = Isa::add16(row(1), row(3)), middle = row(2);
    const auto low =
        filter(Isa::interleave_low16(outermost, inner), Isa::interleave_low16(middle, Isa::zero()));
    const auto high =
        filter(Isa::interleave_high16(outermost, inner), Isa::interleave_high16(middle, Isa::zero()));
    const auto odd = [&](auto sum) { return Isa::bit_and(Isa::shift_right32(sum, shift), one); };
    Isa::store(filtered.half + x,
               Isa::pack32(Isa::shift_right32(low, shift + 1), Isa::shift_right32(high, shift + 1)));
    Isa::store(filtered.odd + x, Isa::pack32(odd(low), odd(high)));
  }
}

// Even columns and odd ones take the same pairs of neighbours, with taps that are moved by one.
template <typename Isa>
int64_t sum_motion_magnitudes(HalvedRow filtered, int n) {
  constexpr int kPairs = kMotionRadius + 1;
  const auto& f = kMotionTaps;
  const uint32_t taps[2][kPairs] = {{pair_of(f[0], f[1]), pair_of(f[2], f[3]), pair_of(f[4], 0)},
                                    {pair_of(0, f[0]), pair_of(f[1], f[2]), pair_of(f[3], f[4])}};
  auto total = Isa::zero();
  for (int x = 0; x < n; x += Isa::kWords) {
    for (int parity = 0; parity < 2; ++parity) {
      auto halves = Isa::zero(), odds = Isa::set32(1 << 15);
      for (int k = 0; k < kPairs; ++k) {
        const int at = x - kMotionRadius + 2 * k;
        halves = Isa::add_products16(halves, Isa::load(filtered.half + at), Isa::set32(taps[parity][k]));
        odds = Isa::add_products16(odds, Isa::load(filtered.odd + at), Isa::set32(taps[parity][k]));
      }
      // (2 halves + odds) >> 16, in 32 bits.
      const auto sum = Isa::add32(halves, Isa::shift_right_u32(odds, 1));
      const auto magnitude = Isa::abs32(Isa::shift_right32(sum, 15));
      const int n_left = (n - x + 1 - parity) / 2;
      total = Isa::add32(total, n_left >= Isa::kLanes ? magnitude : Isa::first32(magnitude, n_left));
    }
  }
  return Isa::sum32(total);
}

template <typename Isa>
constexpr MotionKernels motion_kernels() {
  return {subtract_rows<Isa, uint8_t>, subtract_rows<Isa, uint16_t>, filter_motion_columns<Isa>,
          sum_motion_magnitudes<Isa>};
}

}  // namespace
}  // namespace vmaf_dnn::features
