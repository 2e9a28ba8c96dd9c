// SPDX-License-Identifier: BSD-3-Clause
// Sensitivity to the contrast of each level's bands, for a display and a distance from it.
#pragma once

#include <array>
#include <cstdint>

#include "features/adm/options.h"
#include "features/adm/wavelet.h"

namespace vmaf_dnn::features {

// A level's sensitivity as an integer: times 2^21 and, of the diagonal, 2^23 at level 0; later times 2^32.
struct BandWeights {
  uint32_t edge, diagonal;

  constexpr uint32_t operator[](int orientation) const { return orientation == kDiagonal ? diagonal : edge; }
};

// One over the quantisation step that is just visible, for horizontal and vertical edges, and for diagonal
// ones.
struct Sensitivity {
  float edge, diagonal;
  BandWeights weights;

  float operator[](int orientation) const { return orientation == kDiagonal ? diagonal : edge; }
};

using Sensitivities = std::array<Sensitivity, kAdmLevels>;

// Throws Error{kInvalidArgument} for a geometry that the mode does not know.
Sensitivities sensitivities(const AdmOptions& options);

}  // namespace vmaf_dnn::features
