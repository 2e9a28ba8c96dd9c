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

double adm_score(const Luma& reference, const Luma& distorted, int bit_depth, double enhn_gain_limit) {
  Band r = centre(reference, bit_depth), d = centre(distorted, bit_depth);
  double numerator = 0, denominator = 0;
  for (int level = 0; level < kAdmLevels; ++level) {
    const Bands references = decompose(r, level, bit_depth), distorteds = decompose(d, level, bit_depth);
    numerator += adm_numerator(decouple(references, distorteds, enhn_gain_limit), level);
    denominator += adm_denominator(references, level);
    r = references.approximation;
    d = distorteds.approximation;
  }
  const double least = 1e-10 * reference.width() * reference.height() / (1920.0 * 1080.0);
  if (numerator < least) numerator = 0;
  return denominator < least ? 1 : numerator / denominator;
}

}  // namespace vmaf_dnn::features
