// SPDX-License-Identifier: BSD-3-Clause
// The part of a band that is summed, and the last step of its cubic norm.
#pragma once

#include "features/adm/wavelet.h"
#include "features/arithmetic.h"

namespace vmaf_dnn::features {

// The part of a band that is summed: a tenth is left out on each side.
struct Region {
  int left, top, right, bottom;

  Region(int width, int height)
      : left(margin(width)), top(margin(height)), right(width - left), bottom(height - top) {}

  int width() const { return right - left; }
  int height() const { return bottom - top; }

 private:
  static int margin(int n) { return static_cast<int>(0.1 * n - 0.5); }
};

// The cubic norms' last step. What noise there is anyway grows with the number of samples.
float cube_root(float x);
float noise_term(const Region& region, double noise_weight);

}  // namespace vmaf_dnn::features
