// SPDX-License-Identifier: BSD-3-Clause
// CAMBI by kernels: the doubles of the definition.
#pragma once

#include <array>
#include <cstdint>

#include "features/cambi/fast/kernels.h"
#include "features/cambi/fast/picture.h"
#include "features/cambi/fast/rows.h"
#include "features/cambi/fast/scale.h"
#include "features/cambi/plan.h"
#include "features/frame.h"

namespace vmaf_dnn::features {

class Cambi {
 public:
  // `kernels` has to outlive it; the plan is that of the format.
  Cambi(const CambiKernels& kernels, const Format& format, const CambiPlan& plan);
  Cambi(const Cambi&) = delete;
  Cambi& operator=(const Cambi&) = delete;

  double measure(const Plane& distorted);

 private:
  const Format format_;
  const CambiPlan plan_;
  CambiPicture picture_;
  CambiScale scale_;
  std::array<SlackRows<uint16_t>, 2> marked_;  // of even and of odd scales
};

}  // namespace vmaf_dnn::features
