// SPDX-License-Identifier: BSD-3-Clause
// Contrast of detail, and what of it other detail masks.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "features/adm/sensitivity.h"
#include "features/arithmetic.h"

namespace vmaf_dnn::features {

// A sample times the sensitivity of its band.
constexpr int64_t weigh(int32_t sample, int level, int64_t weight) {
  return level == 0 ? weight * sample : round_shift(weight * sample, 28);
}

// Level 0: from 2^21 or 2^23 times the sensitivity to 2^6 of both. The diagonal's half is one short of half.
constexpr int64_t align_level_0(int64_t weighted, int orientation) {
  return orientation == kDiagonal ? (weighted + 65535) >> 17 : (weighted + 16384) >> 15;
}

// And back, of the contrast that is masked.
inline constexpr int kThresholdShifts[kOrientations] = {10, 10, 12};

// Detail masks a thirtieth of itself in its neighbours, and a fifteenth in its own place.
// Rounded, times 2^17 at level 0 and times 2^32 after it.
constexpr int64_t fraction(int divisor, int shift) { return ((int64_t{1} << shift) + divisor / 2) / divisor; }
inline constexpr int64_t kThirtieth0 = fraction(30, 17), kFifteenth0 = fraction(15, 17);
inline constexpr int64_t kThirtieth = fraction(30, 32), kFifteenth = fraction(15, 32);
static_assert(kThirtieth0 == 4369 && kFifteenth0 == 8738);
static_assert(kThirtieth == 143165577 && kFifteenth == 286331153);

struct Masker {
  int32_t neighbour, own;
};

inline Masker masker_of(int32_t sample, int level, int orientation, int64_t weight) {
  const int64_t weighted = weigh(sample, level, weight);
  // libvmaf's scalar code keeps `own` in 16 bits, so that it wraps where the magnitude is above 15359;
  // its vector code does not, nor do we.
  if (level == 0) {
    const int64_t magnitude = std::abs(align_level_0(weighted, orientation));
    return {static_cast<int32_t>(round_shift(kThirtieth0 * magnitude, 12)),
            static_cast<int32_t>(round_shift(kFifteenth0 * magnitude, 12))};
  }
  // The half is subtracted: in the definition it is 2^31 in a signed 32-bit variable. So no masker gives -1.
  constexpr int64_t kHalf = -(int64_t{1} << 31);
  return {static_cast<int32_t>((kThirtieth * std::abs(weighted) + kHalf) >> 32),
          static_cast<int32_t>((kFifteenth * std::abs(weighted) + kHalf) >> 32)};
}

}  // namespace vmaf_dnn::features
