// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace vmaf_dnn::features {

// Of every 16 rows and columns of a plane, one is kept.
inline constexpr int kSpeedDecimation = 16;

// Of any kernel scale.
inline constexpr int kSpeedMaxTaps = 35;

inline constexpr int kPatchSide = 5;
inline constexpr int kPatchSize = kPatchSide * kPatchSide;

// Below this an eigenvalue or a pivot counts as none. Compared in double precision, where it is another
// number than in single.
inline constexpr double kSpeedEpsilon = 1e-6;

// The entropy of a Gaussian of variance 1, twice, in bits.
inline constexpr double kLog2Of2PiE = 4.094191170361282;

}  // namespace vmaf_dnn::features
