// SPDX-License-Identifier: BSD-3-Clause
// y' K^-1 y / 25 of each patch y that tiles a picture with covariance K.
#pragma once

#include <vector>

#include "features/image.h"
#include "features/speed_chroma/patch.h"
#include "features/speed_chroma/plan.h"

namespace vmaf_dnn::features {

struct Decomposition {
  PatchMatrix p;  // orthogonal
  PatchMatrix r;  // p K, of which the upper triangle counts
};

Decomposition decompose(const PatchMatrix& covariance);

bool is_regular(const Decomposition& decomposition);

// Sample a of block b is image[a][b].
Image<float> gather_blocks(const Image<float>& image, const SpeedChromaPlan& plan);

// One for each block.
std::vector<float> quadratic_forms(const Decomposition& decomposition, const Image<float>& blocks);

}  // namespace vmaf_dnn::features
