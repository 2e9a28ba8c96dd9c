// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace vmaf_dnn::features {

// What libvmaf takes as motion: up to version 3.1 the difference of two blurred frames; since 3.2 the blur of
// their difference, and another mirror at the far edges. The scores differ by about 0.001.
enum class MotionRule { kLibvmaf31, kLibvmaf32 };

// libvmaf's, with its defaults and without the prefix "motion_", but for the rule.
struct MotionOptions {
  MotionRule rule = MotionRule::kLibvmaf32;
  bool five_frame_window = false;  // a frame is compared with the one two before it
  bool moving_average = false;
  bool force_zero = false;
  double max_val = 10000;
  double fps_weight = 1;
  double blend_factor = 1;
  double blend_offset = 40;

  int lag() const { return five_frame_window ? 2 : 1; }
};

}  // namespace vmaf_dnn::features
