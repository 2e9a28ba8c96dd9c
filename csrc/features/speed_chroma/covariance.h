// SPDX-License-Identifier: BSD-3-Clause
// How the 25 samples of overlapping patches vary together.
#pragma once

#include "features/image.h"
#include "features/speed_chroma/patch.h"
#include "features/speed_chroma/plan.h"

namespace vmaf_dnn::features {

// Of each sample over all places of the patch.
PatchVector patch_means(const Image<float>& image, const SpeedChromaPlan& plan);

PatchMatrix covariance(const Image<float>& image, const SpeedChromaPlan& plan);

}  // namespace vmaf_dnn::features
