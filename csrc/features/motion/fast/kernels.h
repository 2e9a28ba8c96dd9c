// SPDX-License-Identifier: BSD-3-Clause
// What motion does to a row of n samples, once for each instruction set.
#pragma once

#include <cstdint>

#include "features/motion/filter.h"

namespace vmaf_dnn::features {

// Sums of two differences have to fit into 16 bits.
inline constexpr int kMaxMotionKernelDepth = 14;

// Rows of differences and of filtered samples may be written up to this many samples beyond their ends.
inline constexpr int kMotionSlack = 32;

// Samples of 17 bits, each 2 half + odd, so that 16-bit products do for both.
struct HalvedRow {
  int16_t* half;
  int16_t* odd;
};

struct MotionKernels {
  // Whether they differ at all.
  bool (*subtract_bytes)(const uint8_t* previous, const uint8_t* current, int n, int16_t* difference);
  bool (*subtract_words)(const uint16_t* previous, const uint16_t* current, int n, int16_t* difference);
  // Five rows become one.
  void (*filter_columns)(const int16_t* const* rows, int n, int shift, HalvedRow filtered);
  // Of the filtered row, from two samples before its first to two after its last.
  int64_t (*sum_magnitudes)(HalvedRow filtered, int n);
};

}  // namespace vmaf_dnn::features
