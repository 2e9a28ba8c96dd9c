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

struct Shifts {
  int sample, row;

  Shifts(const Region& region, int level)
      : sample(level == 0 ? 0 : ceil_log2(region.width())),
        row(level == 0 ? std::max(0, ceil_log2(int64_t{region.width()} * region.height()) - 20)
                       : ceil_log2(region.height())) {}
};

uint64_t cube(int32_t sample, int level, int sample_shift) {
  const uint64_t magnitude = static_cast<uint64_t>(std::abs(int64_t{sample}));
  if (level == 0) return magnitude * magnitude * magnitude;
  // A whole unit is added where a half would round.
  const int shift = kSquareShifts[level];
  const uint64_t square = (magnitude * magnitude + (uint64_t{1} << shift)) >> shift;
  return round_shift(square * magnitude, sample_shift);
}

double sum_of_cubes(const Band& band, const Region& region, int level) {
  const Shifts shifts(region, level);
  uint64_t sum = 0;
  for (int y = region.top; y < region.bottom; ++y) {
    uint64_t row_sum = 0;
    for (int x = region.left; x < region.right; ++x) row_sum += cube(band[y][x], level, shifts.sample);
    sum += round_shift(row_sum, shifts.row);
  }
  return std::ldexp(static_cast<double>(sum), shifts.sample + shifts.row - kFractionBits[level]);
}

}  // namespace

float adm_denominator(const Bands& reference, int level) {
  const Region region(reference.approximation.width(), reference.approximation.height());
  float total = 0;
  for (int o = 0; o < kOrientations; ++o) {
    const double cubes = sum_of_cubes(reference.orientation[static_cast<size_t>(o)], region, level);
    const double weight = std::pow(double{sensitivity(level, o)}, 3.0);
    total += cube_root(static_cast<float>(cubes * weight)) + noise_term(region);
  }
  return total;
}

}  // namespace vmaf_dnn::features
