// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/fast/cambi.h"

#include "features/cambi/pool.h"

namespace vmaf_dnn::features {
namespace {

int first_scale_side(int side, const CambiPlan& plan) { return plan.halved ? (side + 1) / 2 : side; }

}  // namespace

Cambi::Cambi(const CambiKernels& kernels, const Format& format, const CambiPlan& plan)
    : format_(format),
      plan_(plan),
      picture_(kernels, format_, plan_),
      scale_(kernels, plan_, first_scale_side(plan.width, plan), first_scale_side(plan.height, plan)) {}

double Cambi::measure(const Plane& distorted) {
  picture_.prepare(distorted, marked_[0]);
  CambiScore score(plan_);
  for (int scale = 0; scale < kCambiScales && !score.has_reached_maximum(); ++scale) {
    const bool is_last = scale == kCambiScales - 1;
    score.add(scale_.mean_contrast(marked_[scale % 2], is_last ? nullptr : &marked_[(scale + 1) % 2]));
  }
  return score.value();
}

}  // namespace vmaf_dnn::features
