// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "features/speed_chroma/entropy.h"
#include "features/speed_chroma/patch.h"
#include "features/speed_chroma/speed_chroma.h"

namespace vmaf_dnn::features {
namespace {

struct Weights {
  double reference, distorted;
};

// From the variances of a block. What is rounded to single precision, and what not, is part of the
// definition.
Weights weights(int mode, float reference, float distorted) {
  const float one_and_reference = 1 + reference, one_and_distorted = 1 + distorted;
  const auto mixed = [&](double share) { return 1 + ((1 - share) * reference + share * distorted); };
  const double average = 1 + static_cast<double>(reference + distorted) / 2;
  switch (mode) {
    case 0:
      return {one_and_reference, one_and_distorted};
    case 1:
      return {one_and_reference, one_and_reference};
    case 2:
      return {one_and_distorted, one_and_distorted};
    case 3:
      return {average, average};
    case 4:
      return {one_and_reference, average};
    case 5:
      return {one_and_reference, mixed(0.25)};
    default:
      return {one_and_reference, mixed(0.75)};
  }
}

// The entropy of a block without contrast.
float least_entropy(const SpeedChromaOptions& options) {
  const float sigma = static_cast<float>(options.sigma_nn);
  const float variance = (1 + static_cast<float>(options.nn_floor)) * sigma;
  return static_cast<float>(kPatchSize * (speed_log2(variance) + kLog2Of2PiE));
}

float plane_score(const PlaneAnalysis& reference, const PlaneAnalysis& distorted,
                  const SpeedChromaOptions& options) {
  if (reference.is_singular != distorted.is_singular) return 0;
  const float least = least_entropy(options);
  const size_t n_blocks = reference.entropies.size();
  float sum = 0;
  for (size_t i = 0; i < n_blocks; ++i) {
    const float a = reference.entropies[i], b = distorted.entropies[i];
    if (a < least && b < least) continue;
    const Weights weight = weights(options.weight_var_mode, reference.variances[i], distorted.variances[i]);
    sum += std::abs(static_cast<float>(a * speed_log2(weight.reference)) -
                    static_cast<float>(b * speed_log2(weight.distorted)));
  }
  return sum / static_cast<float>(n_blocks);
}

}  // namespace

SpeedChromaScores score(const PlaneAnalysis& reference_u, const PlaneAnalysis& reference_v,
                        const PlaneAnalysis& distorted_u, const PlaneAnalysis& distorted_v,
                        const SpeedChromaOptions& options) {
  const float u = plane_score(reference_u, distorted_u, options);
  const float v = plane_score(reference_v, distorted_v, options);
  const bool lacks_u = reference_u.is_singular || distorted_u.is_singular;
  const bool lacks_v = reference_v.is_singular || distorted_v.is_singular;
  float uv = (u + v) / 2;
  if (lacks_u && !lacks_v) uv = v;
  if (lacks_v && !lacks_u) uv = u;
  // NaN, of covariances that are nearly singular, counts as the greatest.
  const auto limited = [&](double x) { return x < options.max_val ? x : options.max_val; };
  return {limited(u), limited(v), limited(uv)};
}

}  // namespace vmaf_dnn::features
