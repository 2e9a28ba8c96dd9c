// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/adm.h"

#include <algorithm>
#include <cmath>

#include "features/adm/decouple.h"
#include "features/adm/denominator.h"
#include "features/adm/level.h"
#include "features/adm/numerator.h"
#include "features/adm/wavelet.h"

namespace vmaf_dnn::features {

AdmSums& AdmSums::operator+=(const AdmSums& other) {
  for (size_t level = 0; level < kAdmLevels; ++level)
    for (size_t o = 0; o < kOrientations; ++o) {
      denominators[level][o] += other.denominators[level][o];
      restored[level][o] += other.restored[level][o];
      additive[level][o] += other.additive[level][o];
    }
  return *this;
}

AdmScores adm_scores(const AdmSums& sums, int width, int height, const AdmVariant& variant) {
  const AdmOptions& options = variant.options;
  AdmScores scores;
  double numerator = 0, denominator = 0, impairment = 0;
  int band_width = width, band_height = height;
  for (size_t i = 0; i < kAdmLevels; ++i) {
    const int level = static_cast<int>(i);
    band_width = (band_width + 1) / 2;
    band_height = (band_height + 1) / 2;
    if (level == 0 && options.skip_scale0) {
      denominator += double{1e-10F};
      continue;
    }
    const Region region(band_width, band_height);
    const float noise = noise_term(region, options.noise_weight);
    const float restored = pool_numerator(sums.restored[i], band_width, band_height, level, noise);
    const float reference =
        pool_denominator(sums.denominators[i], region, level, variant.sensitivities[i], noise);
    if (variant.with_aim) impairment += pool_numerator(sums.additive[i], band_width, band_height, level, 0);
    scores.scales[i] = double{restored} / double{reference};
    numerator += restored;
    denominator += reference;
  }
  const double least = 1e-10 * width * height / (1920.0 * 1080.0);
  if (numerator < least) numerator = 0;
  if (denominator < least) denominator = 0;
  scores.adm2 = denominator == 0 ? 1 : numerator / denominator;
  scores.aim = denominator == 0 ? 0 : impairment / denominator;
  scores.adm3 = std::max(scores.adm2 * options.dlm_weight + (1 - scores.aim) * (1 - options.dlm_weight),
                         options.min_val);
  return scores;
}

AdmSums adm_sums(const Luma& reference, const Luma& distorted, int bit_depth, const AdmVariant& variant) {
  AdmSums sums;
  Band r = centre(reference, bit_depth), d = centre(distorted, bit_depth);
  for (size_t i = 0; i < kAdmLevels; ++i) {
    const int level = static_cast<int>(i);
    const BandWeights& weights = variant.sensitivities[i].weights;
    const Bands references = decompose(r, level, bit_depth), distorteds = decompose(d, level, bit_depth);
    const Decoupled parts = decouple(references, distorteds, variant.options.enhn_gain_limit);
    sums.restored[i] = adm_numerator(parts.restored, parts.additive, level, weights);
    if (variant.with_aim) sums.additive[i] = adm_numerator(parts.additive, parts.restored, level, weights);
    sums.denominators[i] = adm_denominator(references, level);
    r = references.approximation;
    d = distorteds.approximation;
  }
  return sums;
}

}  // namespace vmaf_dnn::features
