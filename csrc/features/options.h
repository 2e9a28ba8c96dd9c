// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

namespace vmaf_dnn::features {

// What libvmaf takes as motion: up to version 3.1 the difference of two blurred frames; since 3.2 the blur of
// their difference, and another mirror at the far edges. The scores differ by about 0.001.
enum class MotionRule { kLibvmaf31, kLibvmaf32 };

struct Options {
  double adm_enhn_gain_limit = 100;
  double vif_enhn_gain_limit = 100;
  MotionRule motion_rule = MotionRule::kLibvmaf32;
  int n_threads = 1;  // within a frame; the scores have the same bits for any
};

// Throws Error{kInvalidArgument}.
void check_options(const Options& options);

// adm2, vif_scale0, vif_scale1, vif_scale2, vif_scale3, motion2.
using FeatureRow = std::array<double, 6>;

}  // namespace vmaf_dnn::features
