// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/numerator.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "features/adm/level.h"

namespace vmaf_dnn::features {
namespace {

// Additive detail masks a thirtieth of itself in its neighbours, and a fifteenth in its own place.
struct Masking {
  Band neighbour, own;  // summed over orientations
};

int64_t weigh(int32_t sample, int level, int orientation) {
  const int64_t weighted = sensitivity_weight(level, orientation) * sample;
  return level == 0 ? weighted : round_shift(weighted, 28);
}

// Level 0: from 2^21 or 2^23 times the sensitivity to 2^6 of both. The diagonal's half is one short of half.
int64_t align_level_0(int64_t weighted, int orientation) {
  return orientation == kDiagonal ? (weighted + 65535) >> 17 : (weighted + 16384) >> 15;
}

void add_masking(int32_t additive, int level, int orientation, int32_t& neighbour, int32_t& own) {
  const int64_t weighted = weigh(additive, level, orientation);
  // libvmaf's scalar code keeps `own` in 16 bits, so that it wraps where |additive| is above 13807, some 216
  // of 255 grey levels; its vector code does not, nor do we.
  if (level == 0) {
    const int64_t magnitude = std::abs(align_level_0(weighted, orientation));
    neighbour += static_cast<int32_t>(round_shift(4369 * magnitude, 12));
    own += static_cast<int32_t>(round_shift(8738 * magnitude, 12));
    return;
  }
  // The half is subtracted: in the definition it is 2^31 in a signed 32-bit variable. So no masker gives -1.
  constexpr int64_t kHalf = -(int64_t{1} << 31);
  neighbour += static_cast<int32_t>((143165577 * std::abs(weighted) + kHalf) >> 32);
  own += static_cast<int32_t>((286331153 * std::abs(weighted) + kHalf) >> 32);
}

Masking masking_of(const Decoupled& parts, int level) {
  const int width = parts.additive[0].width(), height = parts.additive[0].height();
  Masking masking{Band(width, height), Band(width, height)};
  for (int o = 0; o < kOrientations; ++o)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        add_masking(parts.additive[static_cast<size_t>(o)][y][x], level, o, masking.neighbour[y][x],
                    masking.own[y][x]);
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

struct Shifts {
  int threshold;  // to the left
  int square, cube, row;
  int fraction_bits;  // of the sum

  Shifts(int width, int height, int level, int orientation) {
    constexpr int kFractionBits[kAdmLevels] = {52, 45, 39, 36};
    const bool is_diagonal = orientation == kDiagonal;
    threshold = 0;
    square = 30;
    cube = ceil_log2(width);
    row = ceil_log2(height);
    fraction_bits = kFractionBits[level];
    if (level != 0) return;
    threshold = is_diagonal ? 12 : 10;
    square = is_diagonal ? 30 : 29;
    cube -= is_diagonal ? 3 : 4;
    if (is_diagonal) fraction_bits = 57;
  }
};

int64_t masked_cube(int32_t restored, int32_t threshold, int level, int orientation, const Shifts& shifts) {
  const int64_t contrast = std::abs(weigh(restored, level, orientation));
  const int64_t masked = int64_t{threshold} * (int64_t{1} << shifts.threshold);
  const int64_t visible = std::max<int64_t>(contrast - masked, 0);
  return round_shift(round_shift(visible * visible, shifts.square) * visible, shifts.cube);
}

float norm(const Band& restored, const Band& threshold, const Region& region, int level, int orientation) {
  const Shifts shifts(restored.width(), restored.height(), level, orientation);
  int64_t sum = 0;
  for (int y = region.top; y < region.bottom; ++y) {
    int64_t row_sum = 0;
    for (int x = region.left; x < region.right; ++x)
      row_sum += masked_cube(restored[y][x], threshold[y][x], level, orientation, shifts);
    sum += round_shift(row_sum, shifts.row);
  }
  // Later levels round the sum to single precision first.
  const double cubes = level == 0 ? static_cast<double>(sum) : static_cast<float>(sum);
  return static_cast<float>(std::ldexp(cubes, shifts.cube + shifts.row - shifts.fraction_bits));
}

}  // namespace

float adm_numerator(const Decoupled& parts, int level) {
  const Region region(parts.restored[0].width(), parts.restored[0].height());
  const Band threshold = thresholds(masking_of(parts, level), region);
  float total = 0;
  for (int o = 0; o < kOrientations; ++o) {
    const Band& restored = parts.restored[static_cast<size_t>(o)];
    total += cube_root(norm(restored, threshold, region, level, o)) + noise_term(region);
  }
  return total;
}

}  // namespace vmaf_dnn::features
