// SPDX-License-Identifier: BSD-3-Clause
#include "features/motion/series.h"

#include <algorithm>

namespace vmaf_dnn::features {

void MotionSeries::add(double motion) {
  const bool is_still = options_.force_zero || n_frames_ < options_.lag();
  scores_[static_cast<size_t>(n_frames_++) % scores_.size()] =
      is_still ? 0 : std::min(motion * options_.fps_weight, options_.max_val);
}

MotionScores MotionSeries::at(int64_t frame) const {
  const int lag = options_.lag();
  const double first = n_frames_ > lag ? blended(score(lag)) : 0;
  if (frame < lag) return {0, first};
  const double here = blended(motion2(frame));
  if (!options_.moving_average) return {motion2(frame), here};
  return {motion2(frame), (here + (frame > lag ? blended(motion2(frame - 1)) : first)) / 2};
}

double MotionSeries::motion2(int64_t frame) const {
  const int lag = options_.lag();
  if (frame + 1 == n_frames_) return score(frame);
  const double next = score(frame + 1);
  const int64_t before = frame - lag + 1;
  return before < lag ? next : std::min(score(before), next);
}

double MotionSeries::blended(double score) const {
  const double factor = options_.blend_factor;
  return std::min(score * factor + (1 - factor) * std::min(options_.blend_offset, score), options_.max_val);
}

}  // namespace vmaf_dnn::features
