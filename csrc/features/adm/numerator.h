// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "features/adm/decouple.h"
#include "features/adm/sensitivity.h"

namespace vmaf_dnn::features {

struct NumeratorShifts {
  int square, cube, row;
  int fraction_bits;  // of the sum

  // Of a band's sides.
  NumeratorShifts(int width, int height, int level, int orientation);
};

// Of masked cubes; each row is rounded by its shift before it is added.
using NumeratorSums = std::array<int64_t, kOrientations>;

// The numerator of a level whose bands have these sides; `noise` is added to each band.
float pool_numerator(const NumeratorSums& sums, int width, int height, int level, float noise);

// How much of the signal is there to be seen at a level: cubic norms of its bands, weighted by sensitivity,
// less what the masking bands hide around each sample. Restored detail is masked by additive detail, and, for
// the additive impairment, the other way round.
NumeratorSums adm_numerator(const DetailBands& signal, const DetailBands& masking, int level,
                            const BandWeights& weights);

}  // namespace vmaf_dnn::features
