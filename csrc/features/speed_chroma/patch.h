// SPDX-License-Identifier: BSD-3-Clause
// Patches of 5x5 samples are vectors of 25, row by row.
#pragma once

#include <array>

#include "features/speed_chroma/constants.h"

namespace vmaf_dnn::features {

using PatchVector = std::array<float, kPatchSize>;
using PatchMatrix = std::array<PatchVector, kPatchSize>;

}  // namespace vmaf_dnn::features
