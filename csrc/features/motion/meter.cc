// SPDX-License-Identifier: BSD-3-Clause
#include "features/motion/meter.h"

#include "features/motion/motion.h"

namespace vmaf_dnn::features {

MotionMeter::MotionMeter(const MotionKernels* kernels, const Format& format, MotionRule rule, int n_parts)
    : format_(format), rule_(rule) {
  if (kernels == nullptr || rule != MotionRule::kLibvmaf32 || format.bit_depth > kMaxMotionKernelDepth)
    return;
  for (int i = 0; i < n_parts; ++i)
    parts_.emplace_back(*kernels, format, format.height * i / n_parts, format.height * (i + 1) / n_parts);
}

void MotionMeter::add_tasks(const Plane& previous, const Plane& reference, std::vector<Task>& tasks) {
  for (MotionPart& part : parts_)
    tasks.push_back([&part, previous, reference] { part.measure(previous, reference); });
  if (parts_.empty())
    tasks.push_back([this, previous, reference] {
      plain_motion_ =
          motion_score(to_luma(previous, format_), to_luma(reference, format_), format_.bit_depth, rule_);
    });
}

double MotionMeter::motion() const {
  if (parts_.empty()) return plain_motion_;
  int64_t sum = 0;
  for (const MotionPart& part : parts_) sum += part.sum();
  return motion_score(sum, format_.width, format_.height);
}

}  // namespace vmaf_dnn::features
