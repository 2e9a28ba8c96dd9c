// SPDX-License-Identifier: BSD-3-Clause
// Contrast values of a row, a vector of samples at a time: their counts one distinct code after another, then
// the arithmetic for all.
#pragma once

#include "features/cambi/constants.h"
#include "features/cambi/fast/counts.inl"
#include "features/cambi/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

// kContrasts is how many there are, 0 for any number.
template <typename Isa, int kContrasts>
struct CambiBlock {
  typename Isa::I same;  // how many there are of each sample's own code
  typename Isa::I others[kContrasts == 0 ? kCambiMaxContrasts : kContrasts];  // and of one a contrast apart

  void look_up(const uint16_t* numbers, uint32_t firing_lanes, const int16_t* column, ptrdiff_t stride,
               const CambiFiring& firing) {
    const int n = kContrasts == 0 ? firing.n_contrasts : kContrasts;
    const auto here = Isa::load(numbers);
    same = Isa::set16(1);
    for (int i = 0; i < n; ++i) others[i] = Isa::zero();
    while (firing_lanes != 0) {
      const uint16_t number = numbers[__builtin_ctz(firing_lanes)];
      const auto lanes = Isa::equal16(here, Isa::set16(static_cast<int16_t>(number)));
      firing_lanes &= ~Isa::lane_bits16(lanes);
      const uint32_t contrasts = firing.contrasts[number];
      const int16_t* const sums = column + number * stride;
      same = Isa::select(lanes, Isa::load(sums), same);
      const int16_t *more = sums, *less = sums;
      for (int i = 0; i < n; ++i) {
        more += stride;
        less -= stride;
        if ((contrasts >> i & 1) == 0) continue;
        const auto most = Isa::max16(Isa::load(more), Isa::load(less));
        others[i] = Isa::bit_or(others[i], Isa::bit_and(lanes, most));
      }
    }
  }
};

template <typename Isa, bool kDivides>
typename Isa::F reciprocals_of(typename Isa::I sums, const float* table, bool is_exact) {
  if (kDivides && is_exact) return Isa::div(Isa::set_float(1), Isa::to_float(sums));
  return Isa::look_up_floats(table, sums);
}

// Whether any value is not 0.
template <typename Isa, int kContrasts, bool kDivides>
bool compute_values(const CambiBlock<Isa, kContrasts>& block, const CambiFiring& firing, float* values) {
  typename Isa::F greatest[2] = {Isa::set_float(0), Isa::set_float(0)};
  bool has_any = false;
  const int n = kContrasts == 0 ? firing.n_contrasts : kContrasts;
  for (int i = 0; i < n; ++i) {
    const auto other = block.others[i];
    if (!Isa::any(other)) continue;
    has_any = true;
    const auto sums = Isa::add16(block.same, other);
    // Of these, the table has the float above the quotient.
    const auto is = [&](int16_t sum) { return Isa::equal16(sums, Isa::set16(sum)); };
    const bool is_exact = kDivides && !Isa::any(Isa::bit_or(Isa::bit_or(is(82), is(83)), is(244)));
    const auto weight = Isa::set_float(firing.weights[i]);
    for (int half = 0; half < 2; ++half) {
      // The first product is exact.
      const auto product = Isa::mul(Isa::mul(Isa::to_float(Isa::widen_u16(block.same, half)),
                                             Isa::to_float(Isa::widen_u16(other, half))),
                                    weight);
      const auto reciprocal =
          reciprocals_of<Isa, kDivides>(Isa::widen_u16(sums, half), firing.reciprocals, is_exact);
      greatest[half] = Isa::max(greatest[half], Isa::mul(product, reciprocal));
    }
  }
  for (int half = 0; half < 2; ++half) Isa::store_floats(values + half * Isa::kLanes, greatest[half]);
  return has_any;
}

template <typename Isa, int kContrasts, bool kDivides>
void find_contrasts(const uint16_t* numbers, int n, const CambiCounts& counts, const CambiFiring& firing,
                    uint32_t position, CambiValues& values) {
  const auto n_contrasts = Isa::set16(static_cast<int16_t>(firing.n_contrasts));
  const auto last = Isa::set16(static_cast<int16_t>(counts.numbering.closed - 2 * firing.n_contrasts - 1));
  float* found = values.values + values.n_blocks * Isa::kWords;
  uint32_t* found_positions = values.positions + values.n_blocks;
  for (int x0 = 0; x0 < n; x0 += 64) {
    const auto index = [&](int i) { return Isa::sub16(Isa::load(numbers + x0 + i), n_contrasts); };
    uint64_t fires = equal_bits_of_64<Isa>([&](int i) { return Isa::min_u16(index(i), last); }, index);
    while (fires != 0) {
      const int i = __builtin_ctzll(fires) & -Isa::kWords, x = x0 + i;
      const auto here = static_cast<uint32_t>(fires >> i & (~uint64_t{0} >> (64 - Isa::kWords)));
      fires ^= uint64_t{here} << i;
      CambiBlock<Isa, kContrasts> block;
      block.look_up(numbers + x, here, counts.table + counts.radius + x, counts.stride, firing);
      if (!compute_values<Isa, kContrasts, kDivides>(block, firing, found)) continue;
      found += Isa::kWords;
      *found_positions++ = position + static_cast<uint32_t>(x);
    }
  }
  values.n_blocks = static_cast<size_t>(found_positions - values.positions);
}

template <typename Isa, bool kDivides>
void cambi_contrast(const uint16_t* numbers, int n, const CambiCounts& counts, const CambiFiring& firing,
                    uint32_t position, CambiValues& values) {
  (firing.n_contrasts == 4 ? find_contrasts<Isa, 4, kDivides>
                           : find_contrasts<Isa, 0, kDivides>)(numbers, n, counts, firing, position, values);
}

template <typename Isa>
CambiSum cambi_sum_above(const float* values, size_t n, float threshold) {
  const auto limit = Isa::set_float(threshold);
  auto counts = Isa::zero();
  auto low = Isa::set_double(0), high = Isa::set_double(0);
  for (size_t i = 0; i < n; i += Isa::kLanes) {
    const auto value = Isa::load_floats(values + i);
    const auto is_above = Isa::less(limit, value);
    counts = Isa::sub32(counts, is_above);
    const auto kept = Isa::where(is_above, value);
    low = Isa::add(low, Isa::to_double(kept, 0));
    high = Isa::add(high, Isa::to_double(kept, 1));
  }
  return {static_cast<size_t>(Isa::sum32(counts)), Isa::sum(Isa::add(low, high))};
}

}  // namespace
}  // namespace vmaf_dnn::features
