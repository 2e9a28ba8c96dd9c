// SPDX-License-Identifier: BSD-3-Clause
// Motion: the mean absolute difference of two successive reference frames under a 5-tap blur.
#pragma once

#include <cstdint>

#include "features/image.h"
#include "features/motion/options.h"

namespace vmaf_dnn::features {

// From the magnitudes of the blurred difference, by the rule of libvmaf 3.2.
double motion_score(int64_t sum, int width, int height);

// The motion of the frame `current` since `previous`.
double motion_score(const Luma& previous, const Luma& current, int bit_depth, MotionRule rule);

}  // namespace vmaf_dnn::features
