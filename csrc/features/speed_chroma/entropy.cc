// SPDX-License-Identifier: BSD-3-Clause
#include "features/speed_chroma/entropy.h"

#include <cmath>
#include <limits>

#include "features/speed_chroma/log2.inl"

namespace vmaf_dnn::features {

double speed_log2(double x) {
  if (x == 0) return -std::numeric_limits<double>::infinity();
  if (!(x > 0)) return std::numeric_limits<double>::quiet_NaN();
  if (std::isinf(x)) return x;
  int exponent;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < kLog2Least) {
    mantissa *= 2;
    --exponent;
  }
  return log2_of_parts(mantissa, static_cast<double>(exponent));
}

std::vector<float> entropies(const PatchVector& eigenvalues, const std::vector<float>& forms, float sigma) {
  std::vector<float> result;
  for (const float form : forms) {
    float entropy = 0;
    for (const float eigenvalue : eigenvalues) {
      const float variance = (eigenvalue > 0 ? eigenvalue : 0) * form + sigma;
      entropy = static_cast<float>(entropy + (speed_log2(variance) + kLog2Of2PiE));
    }
    result.push_back(entropy);
  }
  return result;
}

}  // namespace vmaf_dnn::features
