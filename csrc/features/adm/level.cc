// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/level.h"

#include <cmath>

namespace vmaf_dnn::features {

// Not std::cbrt: it differs in the last place now and then.
float cube_root(float x) { return std::pow(x, 1.0F / 3.0F); }

float noise_term(const Region& region, double noise_weight) {
  return cube_root(static_cast<float>(static_cast<double>(region.width() * region.height()) * noise_weight));
}

}  // namespace vmaf_dnn::features
