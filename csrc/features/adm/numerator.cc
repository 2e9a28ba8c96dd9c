// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/numerator.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "features/adm/level.h"
#include "features/adm/masking.h"

namespace vmaf_dnn::features {
namespace {

// Of all orientations.
struct Masking {
  Band neighbour, own;
};

Masking masking_of(const DetailBands& bands, int level, const BandWeights& weights) {
  const int width = bands[0].width(), height = bands[0].height();
  Masking masking{Band(width, height), Band(width, height)};
  for (int o = 0; o < kOrientations; ++o)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const Masker masker = masker_of(bands[static_cast<size_t>(o)][y][x], level, o, weights[o]);
        masking.neighbour[y][x] += masker.neighbour;
        masking.own[y][x] += masker.own;
      }
  return masking;
}

// The contrast that is masked at each sample of the region.
Band thresholds(const Masking& masking, const Region& region) {
  const int width = masking.own.width(), height = masking.own.height();
  Band threshold(width, height);
  for (int y = region.top; y < region.bottom; ++y)
    for (int x = region.left; x < region.right; ++x) {
      int32_t sum = masking.own[y][x] - masking.neighbour[y][x];
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx)
          sum +=
              masking.neighbour[mirror_repeating_last(y + dy, height)][mirror_repeating_last(x + dx, width)];
      threshold[y][x] = sum;
    }
  return threshold;
}

int64_t masked_cube(int32_t sample, int32_t threshold, int level, int orientation, int64_t weight,
                    const NumeratorShifts& shifts) {
  const int64_t contrast = std::abs(weigh(sample, level, weight));
  const int64_t masked =
      int64_t{threshold} * (int64_t{1} << (level == 0 ? kThresholdShifts[orientation] : 0));
  const int64_t visible = std::max<int64_t>(contrast - masked, 0);
  return round_shift(round_shift(visible * visible, shifts.square) * visible, shifts.cube);
}

int64_t sum_of_cubes(const Band& band, const Band& threshold, const Region& region, int level,
                     int orientation, int64_t weight) {
  const NumeratorShifts shifts(band.width(), band.height(), level, orientation);
  int64_t sum = 0;
  for (int y = region.top; y < region.bottom; ++y) {
    int64_t row_sum = 0;
    for (int x = region.left; x < region.right; ++x)
      row_sum += masked_cube(band[y][x], threshold[y][x], level, orientation, weight, shifts);
    sum += round_shift(row_sum, shifts.row);
  }
  return sum;
}

float norm(int64_t sum, const NumeratorShifts& shifts, int level) {
  // Later levels round the sum to single precision first.
  const double cubes = level == 0 ? static_cast<double>(sum) : static_cast<float>(sum);
  return static_cast<float>(std::ldexp(cubes, shifts.cube + shifts.row - shifts.fraction_bits));
}

}  // namespace

NumeratorShifts::NumeratorShifts(int width, int height, int level, int orientation) {
  constexpr int kFractionBits[kAdmLevels] = {52, 45, 39, 36};
  const bool is_diagonal = orientation == kDiagonal;
  square = 30;
  cube = ceil_log2(width);
  row = ceil_log2(height);
  fraction_bits = kFractionBits[level];
  if (level != 0) return;
  square = is_diagonal ? 30 : 29;
  cube -= is_diagonal ? 3 : 4;
  if (is_diagonal) fraction_bits = 57;
}

float pool_numerator(const NumeratorSums& sums, int width, int height, int level, float noise) {
  float total = 0;
  for (int o = 0; o < kOrientations; ++o) {
    const NumeratorShifts shifts(width, height, level, o);
    total += cube_root(norm(sums[static_cast<size_t>(o)], shifts, level)) + noise;
  }
  return total;
}

NumeratorSums adm_numerator(const DetailBands& signal, const DetailBands& masking, int level,
                            const BandWeights& weights) {
  const Region region(signal[0].width(), signal[0].height());
  const Band threshold = thresholds(masking_of(masking, level, weights), region);
  NumeratorSums sums;
  for (int o = 0; o < kOrientations; ++o)
    sums[static_cast<size_t>(o)] =
        sum_of_cubes(signal[static_cast<size_t>(o)], threshold, region, level, o, weights[o]);
  return sums;
}

}  // namespace vmaf_dnn::features
