// SPDX-License-Identifier: BSD-3-Clause
// What libvmaf logs of motion, "motion2" and "motion3", from the motion of a clip's frames one after the
// other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "features/motion/options.h"

namespace vmaf_dnn::features {

struct MotionScores {
  double motion2;
  double motion3;
};

class MotionSeries {
 public:
  explicit MotionSeries(const MotionOptions& options) : options_(options) {}

  // The motion of the next frame since the one `lag` before it; of the first ones, which have none, anything.
  void add(double motion);

  // Of a frame of the last four. Those that have a successor, and as many as `lag`, are final.
  MotionScores at(int64_t frame) const;

  void clear() { n_frames_ = 0; }

 private:
  double score(int64_t frame) const { return scores_[static_cast<size_t>(frame) % scores_.size()]; }
  double motion2(int64_t frame) const;
  double blended(double score) const;

  MotionOptions options_;
  int64_t n_frames_ = 0;
  std::array<double, 8> scores_{};
};

}  // namespace vmaf_dnn::features
