// SPDX-License-Identifier: BSD-3-Clause
// Visual information fidelity at four scales: what the distorted frame keeps of the information that the
// reference holds (Sheikh and Bovik, "Image information and visual quality", 2006), in libvmaf's integers.
#pragma once

#include <array>

#include "features/image.h"
#include "features/vif/filter.h"

namespace vmaf_dnn::features {

std::array<double, kVifScales> vif_scores(const Luma& reference, const Luma& distorted, int bit_depth,
                                          double enhn_gain_limit);

}  // namespace vmaf_dnn::features
