// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/wavelet.h"

#include "features/arithmetic.h"

namespace vmaf_dnn::features {
namespace {

// Of the sums of taps times samples at each level. Level 0 shifts its vertical sums by the bit depth.
constexpr int kVerticalShifts[kAdmLevels] = {0, 0, 16, 16};

int half(int n) { return (n + 1) / 2; }

Band filter_columns(const Band& input, const WaveletFilter& filter, int shift) {
  Band output(input.width(), half(input.height()));
  for (int y = 0; y < output.height(); ++y) {
    const int32_t* rows[kWaveletTaps];
    for (int k = 0; k < kWaveletTaps; ++k)
      rows[k] = input[mirror_repeating_last(2 * y - 1 + k, input.height())];
    for (int x = 0; x < input.width(); ++x) {
      int64_t sum = 0;
      for (int k = 0; k < kWaveletTaps; ++k) sum += filter[k] * rows[k][x];
      output[y][x] = static_cast<int32_t>(round_shift(sum, shift));
    }
  }
  return output;
}

Band filter_rows(const Band& input, const WaveletFilter& filter, int shift) {
  Band output(half(input.width()), input.height());
  for (int y = 0; y < output.height(); ++y)
    for (int x = 0; x < output.width(); ++x) {
      int64_t sum = 0;
      for (int k = 0; k < kWaveletTaps; ++k)
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
  const Band low = filter_columns(input, kLowPass, vertical_shift);
  const Band high = filter_columns(input, kHighPass, vertical_shift);
  Bands bands;
  bands.approximation = filter_rows(low, kLowPass, horizontal_shift);
  bands.orientation[kVertical] = filter_rows(low, kHighPass, horizontal_shift);
  bands.orientation[kHorizontal] = filter_rows(high, kLowPass, horizontal_shift);
  bands.orientation[kDiagonal] = filter_rows(high, kHighPass, horizontal_shift);
  return bands;
}

}  // namespace vmaf_dnn::features
