// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/luminance.h"

#include <algorithm>
#include <cmath>

namespace vmaf_dnn::features {
namespace {

constexpr int kBlack = 64, kWhite = 940;

double bt1886(double signal) {
  constexpr double kGamma = 2.4, kWhiteLuminance = 300, kBlackLuminance = 0.01;
  const double black = std::pow(kBlackLuminance, 1 / kGamma);
  const double range = std::pow(kWhiteLuminance, 1 / kGamma) - black;
  return std::pow(range, kGamma) * std::pow(std::max(signal + black / range, 0.0), kGamma);
}

// SMPTE ST 2084.
double pq(double signal) {
  constexpr double m1 = 0.1593017578125, m2 = 78.84375, c1 = 0.8359375, c2 = 18.8515625, c3 = 18.6875;
  const double q = std::pow(signal, 1 / m2);
  return 10000 * std::pow(std::max(q - c1, 0.0) / (c2 - c3 * q), 1 / m1);
}

}  // namespace

double luminance(Eotf eotf, int code) {
  const double signal = static_cast<double>(std::clamp(code, kBlack, kWhite) - kBlack) / (kWhite - kBlack);
  return eotf == Eotf::kBt1886 ? bt1886(signal) : pq(signal);
}

int last_visible_code(Eotf eotf, double tvi_threshold, int contrast) {
  const auto is_visible = [&](int code) {
    const double level = luminance(eotf, code);
    return luminance(eotf, code + contrast) - level > tvi_threshold * level;
  };
  int low = kBlack, high = kWhite - contrast - 1;
  if (!is_visible(low)) return 0;
  if (!is_visible(low + 1)) return low;
  if (is_visible(high)) return is_visible(high + 1) ? 1023 : high;
  for (;;) {  // PQ has several such codes: which one is found depends on the steps taken
    const int middle = low + (high - low) / 2;
    if (!is_visible(middle))
      high = middle;
    else if (is_visible(middle + 1))
      low = middle;
    else
      return middle;
  }
}

int first_bright_code(Eotf eotf, double vis_lum_threshold) {
  int code = kBlack;
  while (code < kWhite && luminance(eotf, code) < vis_lum_threshold) ++code;
  return code == kBlack ? 0 : code;
}

}  // namespace vmaf_dnn::features
