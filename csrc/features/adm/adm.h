// SPDX-License-Identifier: BSD-3-Clause
// The detail-loss part of the additive impairment and detail loss measure (Li, Zhang, Ma and Ngan, "Image
// quality assessment by separately evaluating detail losses and additive impairments", 2011), in libvmaf's
// integers.
#pragma once

#include <array>

#include "features/adm/denominator.h"
#include "features/adm/numerator.h"
#include "features/frame.h"

namespace vmaf_dnn::features {

// Of the levels of a picture.
struct AdmSums {
  std::array<DenominatorSums, kAdmLevels> denominators{};
  std::array<NumeratorSums, kAdmLevels> numerators{};

  AdmSums& operator+=(const AdmSums& other);
};

// libvmaf's "adm2".
double adm_score(const AdmSums& sums, int width, int height);
double adm_score(const Luma& reference, const Luma& distorted, int bit_depth, double enhn_gain_limit);

}  // namespace vmaf_dnn::features
