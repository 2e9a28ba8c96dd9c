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
  friend class VifLogSteps;
  static constexpr int kSize = 32768;
  std::array<uint16_t, kSize> table_;
};

// The same in an eighth of the room: in each group of eight mantissas the logarithm rises by one at most.
// With the place in its group added, an entry is eight times the logarithm, less that of 2^15, and a rest
// below eight.
class VifLogSteps {
 public:
  explicit VifLogSteps(const VifLog& log) {
    for (size_t group = 0; group < kSize; ++group) {
      const uint16_t* const logs = log.table_.data() + 8 * group;
      int last = 7;
      while (logs[last] != logs[0]) --last;
      entries_[group] = static_cast<uint16_t>(8 * (logs[0] - log.table_[0]) + 7 - last);
    }
  }

  const uint16_t* data() const { return entries_.data(); }

 private:
  static constexpr size_t kSize = VifLog::kSize / 8;
  std::array<uint16_t, kSize> entries_;
};

}  // namespace vmaf_dnn::features
