// SPDX-License-Identifier: BSD-3-Clause
// The kernels of motion for one instruction set, whose operations are Isa's.
#pragma once

#include "features/motion/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

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
void filter_motion_columns(const int16_t* const* rows, int n, int shift, int32_t* filtered) {
  const auto outer = Isa::set32(static_cast<uint32_t>(kMotionTaps[0] | kMotionTaps[1] << 16));
  const auto centre = Isa::set32(static_cast<uint32_t>(kMotionTaps[2]));
  const auto half = Isa::set32(1U << (shift - 1));
  const auto filter = [&](auto outer_pairs, auto centre_pairs) {
    const auto sum =
        Isa::add32(Isa::pair_products16(outer_pairs, outer), Isa::pair_products16(centre_pairs, centre));
    return Isa::shift_right32(Isa::add32(sum, half), shift);
  };
  for (int x = 0; x < n; x += Isa::kWords) {
    const auto row = [&](int k) { return Isa::load(rows[k] + x); };
    const auto outermost = Isa::add16(row(0), row(4)), inner = Isa::add16(row(1), row(3)), middle = row(2);
    const auto low =
        filter(Isa::interleave_low16(outermost, inner), Isa::interleave_low16(middle, Isa::zero()));
    const auto high =
        filter(Isa::interleave_high16(outermost, inner), Isa::interleave_high16(middle, Isa::zero()));
    Isa::store_interleaved32(filtered + x, low, high);
  }
}

template <typename Isa>
int64_t sum_motion_magnitudes(const int32_t* filtered, int n) {
  // The sum of products needs 33 bits: half of it, and what the odd tap leaves over.
  static_assert(kMotionTaps[0] % 2 == 1 && kMotionTaps[1] % 2 == 0 && kMotionTaps[2] % 2 == 0);
  const auto half_tap = [](int k) { return Isa::set32(static_cast<uint32_t>(kMotionTaps[k] / 2)); };
  const auto outer_tap = half_tap(0), inner_tap = half_tap(1), centre_tap = half_tap(2),
             half = Isa::set32(1 << 14);
  auto total = Isa::zero();
  for (int x = 0; x < n; x += Isa::kLanes) {
    const auto pair = [&](int dx) {
      return Isa::add32(Isa::load(filtered + x - dx), Isa::load(filtered + x + dx));
    };
    const auto outer = pair(2);
    const auto products = Isa::add32(Isa::mul_low32(outer, outer_tap), Isa::mul_low32(pair(1), inner_tap));
    const auto centre = Isa::mul_low32(Isa::load(filtered + x), centre_tap);
    const auto sum = Isa::add32(Isa::add32(products, centre), Isa::add32(Isa::shift_right32(outer, 1), half));
    const auto magnitude = Isa::abs32(Isa::shift_right32(sum, 15));
    total = Isa::add32(total, x + Isa::kLanes <= n ? magnitude : Isa::first32(magnitude, n - x));
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
