// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "features/arithmetic.h"

namespace vmaf_dnn::features {

// Fixed-point binary logarithms: 2048 * log2 of a 16-bit mantissa.
class VifLog {
 public:
  static constexpr int kOne = 2048;

  VifLog() {
    // Single precision before the scaling is part of the definition: it moves 38 entries.
    for (int i = 0; i < kSize; ++i)
      table_[static_cast<size_t>(i)] =
          static_cast<uint16_t>(std::lround(kOne * std::log2(static_cast<float>(kSize + i))));
  }

  // v is at least 2^17. Its mantissa is cut, not rounded.
  int32_t operator()(uint64_t v) const {
    const int exponent = bit_length(v) - 16;
    return table_[(v >> exponent) - kSize] + kOne * exponent;
  }

 private:
  static constexpr int kSize = 32768;
  std::array<uint16_t, kSize> table_;
};

}  // namespace vmaf_dnn::features
