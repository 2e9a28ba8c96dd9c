// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "features/adm/decouple.h"

namespace vmaf_dnn::features {

// How much detail is left at a level to be seen: cubic norms of the restored bands, weighted by sensitivity,
// less what the additive bands mask around each sample.
float adm_numerator(const Decoupled& parts, int level);

}  // namespace vmaf_dnn::features
