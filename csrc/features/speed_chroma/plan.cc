// SPDX-License-Identifier: BSD-3-Clause
#include "features/speed_chroma/plan.h"

#include <cmath>
#include <string>

#include "base/error.h"
#include "base/text.h"

namespace vmaf_dnn::features {
namespace {

constexpr double kKernelScales[] = {1,       0.5,     1.5,  2,        2.0 / 3,  2.4,     360.0 / 97,
                                    4.0 / 3, 3.5 / 3, 1.25, 4.25 / 3, 5.0 / 3,  3,       1 / 2.25,
                                    1.4746,  1.54,    1.6,  1.06667,  0.711111, 0.74074, 1.111111};
constexpr double kTolerance = 1e-3;

bool is_kernel_scale(double scale) {
  for (const double listed : kKernelScales)
    if (std::abs(scale - listed) < kTolerance) return true;
  return false;
}

void check_kernel_scale(double scale) {
  if (!is_kernel_scale(scale))
    throw Error(Code::kInvalidArgument, "speed_kernelscale is " + to_text(scale) +
                                            ", which is none of libvmaf's list; all models take 1.");
}

void check_depth(int bit_depth) {
  if (bit_depth == 8 || bit_depth == 10 || bit_depth == 12 || bit_depth == 16) return;
  throw Error(Code::kInvalidArgument, "SpEED-chroma needs 8, 10, 12 or 16 bits, got " +
                                          std::to_string(bit_depth) +
                                          "; shift the samples up to one of these.");
}

bool scales(double prescale) { return std::abs(prescale - 1) >= kTolerance; }

int scaled(int side, double prescale) {
  return scales(prescale) ? static_cast<int>(side * prescale + 0.5) : side;
}

int odd_size(float size) {
  const int whole = static_cast<int>(std::ceil(size));
  const int odd = whole % 2 == 0 ? whole + 1 : whole;
  return odd < 3 ? 3 : odd;
}

std::vector<float> gaussian(int n, float sigma) {
  const double wide_sigma = sigma;
  const float peak = static_cast<float>(1 / (wide_sigma * std::sqrt(2 * M_PI)));
  std::vector<float> taps;
  float sum = 0;
  for (int i = -(n / 2); i <= n / 2; ++i) {
    taps.push_back(static_cast<float>(std::exp(-0.5 * i / wide_sigma * i / wide_sigma)) / peak);
    sum += taps.back();
  }
  for (float& tap : taps) tap /= sum;
  return taps;
}

std::string size_of(int width, int height) { return std::to_string(width) + "x" + std::to_string(height); }

}  // namespace

SpeedChromaPlan::SpeedChromaPlan(const Format& format, const SpeedChromaOptions& options)
    : chroma(format),
      prescale_method(options.prescale_method),
      sigma(static_cast<float>(options.sigma_nn)),
      scaled_width(scaled(format.width, options.prescale)),
      scaled_height(scaled(format.height, options.prescale)),
      width(scaled_width / kSpeedDecimation),
      height(scaled_height / kSpeedDecimation),
      blocks_across(width / kPatchSide),
      blocks_down(height / kPatchSide) {
  check_kernel_scale(options.kernelscale);
  check_depth(format.bit_depth);
  if (blocks_across == 0 || blocks_down == 0) {
    constexpr int least = kSpeedDecimation * kPatchSide;
    const std::string before =
        prescales() ? " (" + size_of(format.width, format.height) + " before speed_prescale)" : "";
    throw Error(Code::kInvalidArgument, "SpEED-chroma needs chroma planes of at least " +
                                            size_of(least, least) + " samples, got " +
                                            size_of(scaled_width, scaled_height) + before +
                                            "; scale the frames up, e.g. with --scale 1080 (scale=1080).");
  }
  const float k = static_cast<float>(options.kernelscale);
  const int n_decimation = odd_size(9 * k), n_mean = odd_size(2 * k);
  decimation_taps = gaussian(n_decimation, static_cast<float>(2.0 * n_decimation / 5));
  mean_taps = gaussian(n_mean, static_cast<float>(n_mean / 5.0));
}

}  // namespace vmaf_dnn::features
