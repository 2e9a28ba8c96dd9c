// SPDX-License-Identifier: BSD-3-Clause
// The entropy of a block, a Gaussian mixture's with noise added.
#pragma once

#include <vector>

#include "features/speed_chroma/patch.h"

namespace vmaf_dnn::features {

// Of 0 and less as the C library's.
double speed_log2(double x);

// One for each block, from its quadratic form.
std::vector<float> entropies(const PatchVector& eigenvalues, const std::vector<float>& forms, float sigma);

}  // namespace vmaf_dnn::features
