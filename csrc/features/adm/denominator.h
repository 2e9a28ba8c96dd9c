// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "features/adm/wavelet.h"

namespace vmaf_dnn::features {

// How much detail the reference holds at a level: cubic norms of its bands, weighted by sensitivity.
float adm_denominator(const Bands& reference, int level);

}  // namespace vmaf_dnn::features
