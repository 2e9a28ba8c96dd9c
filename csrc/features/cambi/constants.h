// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace vmaf_dnn::features {

inline constexpr int kCambiScales = 5;
inline constexpr int kCambiMaxContrasts = 32;
inline constexpr int kCambiMaxWindow = 65;
// Rounding to 10 bits can give one code more than there are.
inline constexpr int kCambiCodes = 1025;

// By contrast less 1.
inline constexpr int kCambiWeights[kCambiMaxContrasts] = {1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 8,
                                                          8, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};

}  // namespace vmaf_dnn::features
