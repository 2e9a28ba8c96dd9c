// SPDX-License-Identifier: BSD-3-Clause
// Four levels of the Daubechies-2 wavelet, in integers.
#pragma once

#include <array>
#include <cstdint>

#include "features/image.h"

namespace vmaf_dnn::features {

inline constexpr int kAdmLevels = 4;

inline constexpr int kWaveletTaps = 4;
using WaveletFilter = int64_t[kWaveletTaps];
inline constexpr WaveletFilter kLowPass = {15826, 27411, 7345, -4240};  // times 2^15
inline constexpr WaveletFilter kHighPass = {-4240, -7345, 27411, -15826};

// Of the sums of taps times samples along rows.
inline constexpr int kHorizontalShifts[kAdmLevels] = {16, 15, 16, 15};

using Band = Image<int32_t>;

enum Orientation { kHorizontal, kVertical, kDiagonal };
inline constexpr int kOrientations = 3;

// Of edges that lie each way: the high pass is across them.
using DetailBands = std::array<Band, kOrientations>;

struct Bands {
  Band approximation;  // low-pass both ways
  DetailBands orientation;
};

// Samples less mid-grey, the input of level 0.
Band centre(const Luma& luma, int bit_depth);

// One level. At level 0 `input` is centred samples, later the approximation of the level before.
Bands decompose(const Band& input, int level, int bit_depth);

}  // namespace vmaf_dnn::features
