// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/decouple.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "features/arithmetic.h"

namespace vmaf_dnn::features {
namespace {

constexpr int64_t kOne = 32768;  // a gain of 1

// As in the definition: rounded to single precision, then scaled.
double scaled(int64_t product) { return static_cast<double>(static_cast<float>(product)) / 4096.0; }

// distorted / reference from 0 to 1, by a reciprocal of 15 bits.
int64_t gain(int64_t reference, int64_t distorted) {
  if (reference == 0) return kOne;
  int64_t mantissa = std::abs(reference);
  const int exponent = std::max(bit_length(static_cast<uint64_t>(mantissa)) - 15, 0);
  mantissa = round_shift(mantissa, exponent);
  const int64_t reciprocal = (int64_t{1} << 30) / mantissa;
  const int64_t quotient = (reference < 0 ? -reciprocal : reciprocal) * distorted;
  return std::clamp<int64_t>(round_shift(quotient, 15 + exponent), 0, kOne);
}

}  // namespace

bool is_aligned(int64_t reference_h, int64_t reference_v, int64_t distorted_h, int64_t distorted_v) {
  const double product = scaled(reference_h * distorted_h + reference_v * distorted_v);
  const double reference = scaled(reference_h * reference_h + reference_v * reference_v);
  const double distorted = scaled(distorted_h * distorted_h + distorted_v * distorted_v);
  return product >= 0 && product * product >= kSquaredCosine * reference * distorted;
}

int32_t restore(int32_t reference, int32_t distorted, bool aligned, double enhn_gain_limit) {
  const int64_t k = gain(reference, distorted);
  const auto restored = static_cast<int32_t>(round_shift(k * reference, 15));
  if (!aligned || k == 0 || reference == 0) return restored;
  const double enhanced = restored * enhn_gain_limit;
  // To the nearest, as libvmaf's vector code; its plain C drops the fraction.
  return static_cast<int32_t>(std::nearbyint(reference > 0 ? std::min<double>(enhanced, distorted)
                                                           : std::max<double>(enhanced, distorted)));
}

Decoupled decouple(const Bands& reference, const Bands& distorted, double enhn_gain_limit) {
  const int width = reference.approximation.width(), height = reference.approximation.height();
  Decoupled parts;
  parts.restored.fill(Band(width, height));
  parts.additive.fill(Band(width, height));
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto& r = reference.orientation;
      const auto& d = distorted.orientation;
      const bool aligned =
          is_aligned(r[kHorizontal][y][x], r[kVertical][y][x], d[kHorizontal][y][x], d[kVertical][y][x]);
      for (size_t o = 0; o < kOrientations; ++o) {
        const int32_t restored = restore(r[o][y][x], d[o][y][x], aligned, enhn_gain_limit);
        parts.restored[o][y][x] = restored;
        parts.additive[o][y][x] = d[o][y][x] - restored;
      }
    }
  return parts;
}

}  // namespace vmaf_dnn::features
