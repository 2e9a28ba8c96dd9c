// SPDX-License-Identifier: BSD-3-Clause
// Sums of the largest contrast values.
#pragma once

#include <cstddef>

#include "features/cambi/fast/kernels.h"

namespace vmaf_dnn::features {

// Contrast values are multiples of 2^-24: the order of their sum shows from here on.
inline constexpr double kInexactSum = 0x1p29;

// Of the k largest of n, which are whole blocks; all, if fewer than k are not 0. From kInexactSum on it is
// just some such number.
double sum_of_largest(const CambiKernels& kernels, const float* values, size_t n, size_t k);

}  // namespace vmaf_dnn::features
