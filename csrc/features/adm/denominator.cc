// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/denominator.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "features/adm/level.h"

namespace vmaf_dnn::features {
namespace {

// Of the cubes at each level: shift of the square, and bits after the point of the sum.
constexpr int kSquareShifts[kAdmLevels] = {0, 31, 30, 31};
constexpr int kFractionBits[kAdmLevels] = {18, 32, 27, 23};

uint64_t cube(int32_t sample, int level, const DenominatorShifts& shifts) {
  const uint64_t magnitude = static_cast<uint64_t>(std::abs(int64_t{sample}));
  if (level == 0) return magnitude * magnitude * magnitude;
  // A whole unit is added where a half would round.
  const uint64_t square = (magnitude * magnitude + (uint64_t{1} << shifts.square)) >> shifts.square;
  return round_shift(square * magnitude, shifts.cube);
}

uint64_t sum_of_cubes(const Band& band, const Region& region, int level) {
  const DenominatorShifts shifts(region, level);
  uint64_t sum = 0;
  for (int y = region.top; y < region.bottom; ++y) {
    uint64_t row_sum = 0;
    for (int x = region.left; x < region.right; ++x) row_sum += cube(band[y][x], level, shifts);
    sum += round_shift(row_sum, shifts.row);
  }
  return sum;
}

}  // namespace

DenominatorShifts::DenominatorShifts(const Region& region, int level)
    : square(kSquareShifts[level]),
      cube(level == 0 ? 0 : ceil_log2(region.width())),
      row(level == 0 ? std::max(0, ceil_log2(int64_t{region.width()} * region.height()) - 20)
                     : ceil_log2(region.height())) {}

float pool_denominator(const DenominatorSums& sums, const Region& region, int level,
                       const Sensitivity& sensitivity, float noise) {
  const DenominatorShifts shifts(region, level);
  float total = 0;
  for (int o = 0; o < kOrientations; ++o) {
    const double cubes = std::ldexp(static_cast<double>(sums[static_cast<size_t>(o)]),
                                    shifts.cube + shifts.row - kFractionBits[level]);
    const double weight = std::pow(double{sensitivity[o]}, 3.0);
    total += cube_root(static_cast<float>(cubes * weight)) + noise;
  }
  return total;
}

DenominatorSums adm_denominator(const Bands& reference, int level) {
  const Region region(reference.approximation.width(), reference.approximation.height());
  DenominatorSums sums;
  for (size_t o = 0; o < kOrientations; ++o) sums[o] = sum_of_cubes(reference.orientation[o], region, level);
  return sums;
}

}  // namespace vmaf_dnn::features
