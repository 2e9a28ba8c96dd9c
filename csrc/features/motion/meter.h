// SPDX-License-Identifier: BSD-3-Clause
// Measures the motion of frames by the kernels of the chosen instruction set, and by the definition where
// they do not reach.
#pragma once

#include <vector>

#include "features/frame.h"
#include "features/motion/fast/part.h"
#include "features/motion/options.h"
#include "features/workers.h"

namespace vmaf_dnn::features {

class MotionMeter {
 public:
  // `kernels` may be null; they have to outlive it.
  MotionMeter(const MotionKernels* kernels, const Format& format, MotionRule rule, int n_parts);

  // What measures the motion from `previous` to `reference`, both to stay until it is done.
  void add_tasks(const Plane& previous, const Plane& reference, std::vector<Task>& tasks);
  double motion() const;

 private:
  Format format_;
  MotionRule rule_;
  std::vector<MotionPart> parts_;
  double plain_motion_ = 0;  // where no part measures it
};

}  // namespace vmaf_dnn::features
