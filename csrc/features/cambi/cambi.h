// SPDX-License-Identifier: BSD-3-Clause
// CAMBI (Tandon et al., "CAMBI: Contrast-aware Multiscale Banding Index", 2021): bands in the smooth parts of
// a picture, found by counting codes that differ a little, in windows, at five scales.
#pragma once

#include "features/cambi/plan.h"
#include "features/frame.h"

namespace vmaf_dnn::features {

// libvmaf 3.2's "cambi" of a frame whose samples fit its bit depth. The plan is that of the format.
double cambi_score(const Plane& distorted, const Format& format, const CambiPlan& plan);

}  // namespace vmaf_dnn::features
