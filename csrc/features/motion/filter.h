// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace vmaf_dnn::features {

inline constexpr int kMotionTaps[] = {3571, 16004, 26386, 16004, 3571};  // sum 2^16
inline constexpr int kMotionRadius = 2;

}  // namespace vmaf_dnn::features
