// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace vmaf_dnn::features {

inline constexpr int kVifScales = 4;
inline constexpr int32_t kVifNoise = 2
                                     << 16;  // variance of the eye's noise, 2, in the units of the statistics

// Keeps a gain over it finite where a variance is 0.
inline constexpr double kVifLeastVariance = 65536 * 1.0e-10;

struct VifFilter {
  int n_taps;
  uint32_t taps[17];  // sum 2^16
};

// Of the local statistics of each scale, and of the pyramid step that leads to it.
inline constexpr VifFilter kVifFilters[kVifScales] = {
    {17, {489, 935, 1640, 2640, 3896, 5274, 6547, 7455, 7784, 7455, 6547, 5274, 3896, 2640, 1640, 935, 489}},
    {9, {1244, 3663, 7925, 12590, 14692, 12590, 7925, 3663, 1244}},
    {5, {3571, 16004, 26386, 16004, 3571}},
    {3, {10904, 43728, 10904}},
};

}  // namespace vmaf_dnn::features
