// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "features/adm/decouple.h"

namespace vmaf_dnn::features {

struct NumeratorShifts {
  int square, cube, row;
  int fraction_bits;  // of the sum

  // Of a band's sides.
  NumeratorShifts(int width, int height, int level, int orientation);
};

// Of masked cubes; each row is rounded by its shift before it is added.
using NumeratorSums = std::array<int64_t, kOrientations>;

// The numerator of a level whose bands have these sides.
float pool_numerator(const NumeratorSums& sums, int width, int height, int level);

// How much detail is left at a level to be seen: cubic norms of the restored bands, weighted by sensitivity,
// less what the additive bands mask around each sample.
NumeratorSums adm_numerator(const Decoupled& parts, int level);

}  // namespace vmaf_dnn::features
