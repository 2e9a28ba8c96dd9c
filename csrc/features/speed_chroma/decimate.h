// SPDX-License-Identifier: BSD-3-Clause
// A plane is made 16 times smaller either way, and its local mean is taken away.
#pragma once

#include "features/image.h"
#include "features/speed_chroma/plan.h"

namespace vmaf_dnn::features {

Image<float> decimate(const Image<float>& plane, const SpeedChromaPlan& plan);

Image<float> subtract_local_mean(const Image<float>& image, const SpeedChromaPlan& plan);

}  // namespace vmaf_dnn::features
