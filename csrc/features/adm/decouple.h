// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "features/adm/wavelet.h"

namespace vmaf_dnn::features {

// A distorted band as the sum of what is left of the reference's detail and what was added to it.
struct Decoupled {
  DetailBands restored;
  DetailBands additive;
};

inline constexpr float kSquaredCosine = 0x1.ffd814p-1F;  // of one degree

// Whether the gradients of the two pictures point the same way, to within a degree: then a stronger one is
// enhancement.
bool is_aligned(int64_t reference_h, int64_t reference_v, int64_t distorted_h, int64_t distorted_v);

// What is left of a sample.
int32_t restore(int32_t reference, int32_t distorted, bool aligned, double enhn_gain_limit);

Decoupled decouple(const Bands& reference, const Bands& distorted, double enhn_gain_limit);

}  // namespace vmaf_dnn::features
