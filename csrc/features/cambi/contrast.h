// SPDX-License-Identifier: BSD-3-Clause
// How much a sample and those around it look like the edge of a band.
#pragma once

#include <cstdint>

#include "features/cambi/plan.h"
#include "features/image.h"

namespace vmaf_dnn::features {

// Of each sample; 0 where the mask is.
Image<float> contrast_values(const Luma& picture, const Image<uint8_t>& mask, const CambiPlan& plan);

}  // namespace vmaf_dnn::features
