// SPDX-License-Identifier: BSD-3-Clause
// The detail-loss part of the additive impairment and detail loss measure (Li, Zhang, Ma and Ngan, "Image
// quality assessment by separately evaluating detail losses and additive impairments", 2011), in libvmaf's
// integers.
#pragma once

#include "features/image.h"

namespace vmaf_dnn::features {

// libvmaf's "adm2".
double adm_score(const Luma& reference, const Luma& distorted, int bit_depth, double enhn_gain_limit);

}  // namespace vmaf_dnn::features
