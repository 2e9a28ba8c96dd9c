// SPDX-License-Identifier: BSD-3-Clause
// Measures the bands of distorted frames by the kernels of the chosen instruction set, or by the definition.
#pragma once

#include <memory>
#include <vector>

#include "features/cambi/cambi.h"
#include "features/cambi/fast/cambi.h"
#include "features/frame.h"
#include "features/simd/kernels.h"
#include "features/workers.h"

namespace vmaf_dnn::features {

class CambiMeter {
 public:
  // A version for each encode. `kernels` may be null; they have to outlive it. Throws
  // Error{kInvalidArgument}.
  CambiMeter(const CambiKernels* kernels, const Format& format, const std::vector<Encode>& encodes,
             const CambiOptions& options);

  // What measures the frames, which have to stay until it is done.
  void add_tasks(const Planes* distorted, std::vector<Task>& tasks);
  double score(size_t version) const { return scores_[version]; }

 private:
  Format format_;
  // By version; no fast ones by the definition.
  std::vector<CambiPlan> plans_;
  std::vector<std::unique_ptr<Cambi>> fast_;
  std::vector<double> scores_;
};

}  // namespace vmaf_dnn::features
