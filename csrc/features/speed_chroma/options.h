// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace vmaf_dnn::features {

// How chroma planes are scaled before anything else.
enum class PrescaleMethod { kNearest, kBilinear, kBicubic, kLanczos4 };

// By libvmaf's names, without "speed_", and with its defaults.
struct SpeedChromaOptions {
  double kernelscale = 1;
  double max_val = 1000;
  double nn_floor = 0;
  double prescale = 1;
  PrescaleMethod prescale_method = PrescaleMethod::kNearest;
  double sigma_nn = 0.29;
  int weight_var_mode = 0;
};

}  // namespace vmaf_dnn::features
