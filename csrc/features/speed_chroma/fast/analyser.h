// SPDX-License-Identifier: BSD-3-Clause
// analyse() by kernels: the same bits. Of a plane only those rows are read that decimation keeps something
// of.
#pragma once

#include <vector>

#include "features/frame.h"
#include "features/speed_chroma/eigenvalues.h"
#include "features/speed_chroma/fast/decimator.h"
#include "features/speed_chroma/fast/kernels.h"
#include "features/speed_chroma/fast/lines.h"
#include "features/speed_chroma/plan.h"
#include "features/speed_chroma/speed_chroma.h"

namespace vmaf_dnn::features {

class SpeedChromaAnalyser {
 public:
  // For one thread at a time. `kernels` has to outlive it.
  SpeedChromaAnalyser(const SpeedChromaKernels& kernels, const SpeedChromaPlan& plan);

  PlaneAnalysis analyse(const Plane& plane);

 private:
  void subtract_local_mean();
  PatchVector find_eigenvalues();
  void gather_blocks();
  bool solve(float* variances);

  const SpeedChromaKernels& kernels_;
  SpeedChromaPlan plan_;
  SpeedDecimator decimator_;
  SpeedLines kept_;    // what decimation leaves; no more than the blocks and their local means need
  SpeedLines detail_;  // kept_ less its local mean
  std::vector<float> line_, mean_;
  std::vector<float> covariance_, p_, r_, scratch_;
  SpeedLines blocks_;  // sample a of block b is blocks_.row(a)[b]
};

}  // namespace vmaf_dnn::features
