// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/wavelet.h"

#include "features/arithmetic.h"

namespace vmaf_dnn::features {
namespace {

constexpr int kTaps = 4;
using Filter = int64_t[kTaps];
constexpr Filter kLow = {15826, 27411, 7345, -4240};  // times 2^15
constexpr Filter kHigh = {-4240, -7345, 27411, -15826};

// Of the sums of taps times samples at each level. Level 0 shifts its vertical sums by the bit depth.
constexpr int kVerticalShifts[kAdmLevels] = {0, 0, 16, 16};
constexpr int kHorizontalShifts[kAdmLevels] = {16, 15, 16, 15};

int half(int n) { return (n + 1) / 2; }

Band filter_columns(const Band& input, const Filter& filter, int shift) {
  Band output(input.width(), half(input.height()));
  for (int y = 0; y < output.height(); ++y) {
    const int32_t* rows[kTaps];
    for (int k = 0; k < kTaps; ++k) rows[k] = input[mirror_repeating_last(2 * y - 1 + k, input.height())];
    for (int x = 0; x < input.width(); ++x) {
      int64_t sum = 0;
      for (int k = 0; k < kTaps; ++k) sum += filter[k] * rows[k][x];
      output[y][x] = static_cast<int32_t>(round_shift(sum, shift));
    }
  }
  return output;
}

Band filter_rows(const Band& input, const Filter& filter, int shift) {
  Band output(half(input.width()), input.height());
  for (int y = 0; y < output.height(); ++y)
    for (int x = 0; x < output.width(); ++x) {
      int64_t sum = 0;
      for (int k = 0; k < kTaps; ++k)
        sum += filter[k] * input[y][mirror_repeating_last(2 * x - 1 + k, input.width())];
      output[y][x] = static_cast<int32_t>(round_shift(sum, shift));
    }
  return output;
}

}  // namespace

Band centre(const Luma& luma, int bit_depth) {
  const int32_t grey = 1 << (bit_depth - 1);
  Band centred(luma.width(), luma.height());
  for (int y = 0; y < luma.height(); ++y)
    for (int x = 0; x < luma.width(); ++x) centred[y][x] = luma[y][x] - grey;
  return centred;
}

Bands decompose(const Band& input, int level, int bit_depth) {
  const int vertical_shift = level == 0 ? bit_depth : kVerticalShifts[level];
  const int horizontal_shift = kHorizontalShifts[level];
  const Band low = filter_columns(input, kLow, vertical_shift);
  const Band high = filter_columns(input, kHigh, vertical_shift);
  Bands bands;
  bands.approximation = filter_rows(low, kLow, horizontal_shift);
  bands.orientation[kVertical] = filter_rows(low, kHigh, horizontal_shift);
  bands.orientation[kHorizontal] = filter_rows(high, kLow, horizontal_shift);
  bands.orientation[kDiagonal] = filter_rows(high, kHigh, horizontal_shift);
  return bands;
}

}  // namespace vmaf_dnn::features
