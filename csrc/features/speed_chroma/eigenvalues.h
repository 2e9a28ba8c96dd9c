// SPDX-License-Identifier: BSD-3-Clause
// Eigenvalues of a symmetric matrix, in the order in which the QR iteration leaves them: entropies are sums
// in that order.
#pragma once

#include <array>

#include "features/speed_chroma/patch.h"

namespace vmaf_dnn::features {

struct Tridiagonal {
  PatchVector diagonal;
  std::array<float, kPatchSize - 1> beside;  // entry i couples i and i + 1
};

// By Householder's reflections.
Tridiagonal tridiagonalise(PatchMatrix matrix);

PatchVector eigenvalues(Tridiagonal matrix);

// Whether none is too small for an inverse.
bool is_regular(const PatchVector& eigenvalues);

}  // namespace vmaf_dnn::features
