// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "features/adm/level.h"
#include "features/adm/sensitivity.h"

namespace vmaf_dnn::features {

struct DenominatorShifts {
  int square, cube, row;

  DenominatorShifts(const Region& region, int level);
};

// Of cubes; each row is rounded by its shift before it is added.
using DenominatorSums = std::array<uint64_t, kOrientations>;

// `noise` is added to each band.
float pool_denominator(const DenominatorSums& sums, const Region& region, int level,
                       const Sensitivity& sensitivity, float noise);

// How much detail the reference holds at a level: cubic norms of its bands, weighted by sensitivity.
DenominatorSums adm_denominator(const Bands& reference, int level);

}  // namespace vmaf_dnn::features
