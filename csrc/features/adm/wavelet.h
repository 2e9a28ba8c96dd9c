// SPDX-License-Identifier: BSD-3-Clause
// Four levels of the Daubechies-2 wavelet, in integers.
#pragma once

#include <array>
#include <cstdint>

#include "features/image.h"

namespace vmaf_dnn::features {

inline constexpr int kAdmLevels = 4;

using Band = Image<int32_t>;

enum Orientation { kHorizontal, kVertical, kDiagonal };
inline constexpr int kOrientations = 3;

struct Bands {
  Band approximation;                           // low-pass both ways
  std::array<Band, kOrientations> orientation;  // edges that lie this way: the high pass is across them
};

// Samples less mid-grey, the input of level 0.
Band centre(const Luma& luma, int bit_depth);

// One level. At level 0 `input` is centred samples, later the approximation of the level before.
Bands decompose(const Band& input, int level, int bit_depth);

}  // namespace vmaf_dnn::features
