// SPDX-License-Identifier: BSD-3-Clause
// SpEED-chroma: how far the entropies of chroma blocks are apart, weighed by the blocks' variances. In single
// precision, and each rounding is part of the definition.
#pragma once

#include <vector>

#include "features/frame.h"
#include "features/speed_chroma/options.h"
#include "features/speed_chroma/plan.h"

namespace vmaf_dnn::features {

// One chroma plane of one picture.
struct PlaneAnalysis {
  std::vector<float> variances;  // of its blocks, relative to the covariance; all 0 where it is singular
  std::vector<float> entropies;  // of its blocks
  bool is_singular;              // the covariance is; there is too little to see, e.g. no colour at all
};

PlaneAnalysis analyse(const Plane& plane, const SpeedChromaPlan& plan);

struct SpeedChromaScores {
  double u, v, uv;
};

// Throws nothing; the options have been checked. All four are of one plan.
SpeedChromaScores score(const PlaneAnalysis& reference_u, const PlaneAnalysis& reference_v,
                        const PlaneAnalysis& distorted_u, const PlaneAnalysis& distorted_v,
                        const SpeedChromaOptions& options);

}  // namespace vmaf_dnn::features
