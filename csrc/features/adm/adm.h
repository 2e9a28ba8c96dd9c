// SPDX-License-Identifier: BSD-3-Clause
// The additive impairment and detail loss measure (Li, Zhang, Ma and Ngan, "Image quality assessment by
// separately evaluating detail losses and additive impairments", 2011), in libvmaf's integers.
#pragma once

#include <array>

#include "features/adm/denominator.h"
#include "features/adm/numerator.h"
#include "features/adm/options.h"
#include "features/frame.h"

namespace vmaf_dnn::features {

// Of the levels of a picture.
struct AdmSums {
  std::array<DenominatorSums, kAdmLevels> denominators{};
  std::array<NumeratorSums, kAdmLevels> restored{};
  std::array<NumeratorSums, kAdmLevels> additive{};  // where the additive impairment is wanted

  AdmSums& operator+=(const AdmSums& other);
};

struct AdmScores {
  double adm2 = 0;                          // detail that is left, of what there was
  double aim = 0;                           // additive impairment, of the same
  double adm3 = 0;                          // both in one
  std::array<double, kAdmLevels> scales{};  // adm2's, level by level
};

// What is measured.
struct AdmVariant {
  AdmOptions options;
  Sensitivities sensitivities;
  bool with_aim;

  AdmVariant(const AdmOptions& of_options, bool has_aim)
      : options(of_options), sensitivities(features::sensitivities(of_options)), with_aim(has_aim) {}
};

AdmSums adm_sums(const Luma& reference, const Luma& distorted, int bit_depth, const AdmVariant& variant);
AdmScores adm_scores(const AdmSums& sums, int width, int height, const AdmVariant& variant);

}  // namespace vmaf_dnn::features
