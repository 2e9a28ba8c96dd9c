// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "features/adm/wavelet.h"

namespace vmaf_dnn::features {

// A distorted band as the sum of what is left of the reference's detail and what was added to it.
struct Decoupled {
  std::array<Band, kOrientations> restored;
  std::array<Band, kOrientations> additive;
};

Decoupled decouple(const Bands& reference, const Bands& distorted, double enhn_gain_limit);

}  // namespace vmaf_dnn::features
