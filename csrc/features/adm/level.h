// SPDX-License-Identifier: BSD-3-Clause
// What distinguishes the four levels: where they are summed, and how their integers are scaled.
#pragma once

#include "features/adm/wavelet.h"
#include "features/arithmetic.h"

namespace vmaf_dnn::features {

// Contrast sensitivity at 3 picture heights of a 1080-line display (Watson, Yang, Solomon and Villasenor,
// "Visibility of wavelet quantization noise", 1997): one over the quantisation step that is just visible, for
// horizontal and vertical edges, and for diagonal ones.
inline constexpr float kSensitivities[kAdmLevels][2] = {
    {0x1.1cc774p-6F, 0x1.820d54p-8F},
    {0x1.06050cp-5F, 0x1.d48d46p-7F},
    {0x1.634f10p-5F, 0x1.8fb80cp-6F},
    {0x1.762816p-5F, 0x1.008392p-5F},
};

// The same as integers: times 2^21 and 2^23 at level 0, where libvmaf's are a little off; later times 2^32.
inline constexpr int64_t kSensitivityWeights[kAdmLevels][2] = {
    {36453, 49417},
    {137373792, 61414028},
    {186284160, 104783920},
    {196165808, 134487184},
};

constexpr float sensitivity(int level, int orientation) {
  return kSensitivities[level][orientation == kDiagonal];
}

constexpr int64_t sensitivity_weight(int level, int orientation) {
  return kSensitivityWeights[level][orientation == kDiagonal];
}

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

// The cubic norms' last step. `noise` is weighted with the number of samples.
float cube_root(float x);
float noise_term(const Region& region);

}  // namespace vmaf_dnn::features
