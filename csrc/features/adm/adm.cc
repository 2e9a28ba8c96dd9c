// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/adm.h"

#include <cmath>

#include "features/adm/decouple.h"
#include "features/adm/denominator.h"
#include "features/adm/level.h"
#include "features/adm/numerator.h"
#include "features/adm/wavelet.h"

namespace vmaf_dnn::features {

// Not std::cbrt: it differs in the last place now and then.
float cube_root(float x) { return std::pow(x, 1.0F / 3.0F); }

float noise_term(const Region& region) {
  return cube_root(static_cast<float>(static_cast<double>(region.width()) * region.height() * 0.03125));
}

AdmSums& AdmSums::operator+=(const AdmSums& other) {
  for (size_t level = 0; level < kAdmLevels; ++level)
    for (size_t o = 0; o < kOrientations; ++o) {
      denominators[level][o] += other.denominators[level][o];
      numerators[level][o] += other.numerators[level][o];
    }
  return *this;
}

double adm_score(const AdmSums& sums, int width, int height) {
  double numerator = 0, denominator = 0;
  int band_width = width, band_height = height;
  for (size_t i = 0; i < kAdmLevels; ++i) {
    const int level = static_cast<int>(i);
    band_width = (band_width + 1) / 2;
    band_height = (band_height + 1) / 2;
    numerator += pool_numerator(sums.numerators[i], band_width, band_height, level);
    denominator += pool_denominator(sums.denominators[i], Region(band_width, band_height), level);
  }
  const double least = 1e-10 * width * height / (1920.0 * 1080.0);
  if (numerator < least) numerator = 0;
  return denominator < least ? 1 : numerator / denominator;
}

double adm_score(const Luma& reference, const Luma& distorted, int bit_depth, double enhn_gain_limit) {
  AdmSums sums;
  Band r = centre(reference, bit_depth), d = centre(distorted, bit_depth);
  for (size_t i = 0; i < kAdmLevels; ++i) {
    const int level = static_cast<int>(i);
    const Bands references = decompose(r, level, bit_depth), distorteds = decompose(d, level, bit_depth);
    sums.numerators[i] = adm_numerator(decouple(references, distorteds, enhn_gain_limit), level);
    sums.denominators[i] = adm_denominator(references, level);
    r = references.approximation;
    d = distorteds.approximation;
  }
  return adm_score(sums, reference.width(), reference.height());
}

}  // namespace vmaf_dnn::features
