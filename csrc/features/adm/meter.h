// SPDX-License-Identifier: BSD-3-Clause
// Measures ADM by the kernels of the chosen instruction set, and by the definition where they do not reach.
#pragma once

#include <vector>

#include "features/adm/adm.h"
#include "features/adm/fast/part.h"
#include "features/frame.h"
#include "features/workers.h"

namespace vmaf_dnn::features {

class AdmMeter {
 public:
  // `kernels` may be null; they have to outlive it.
  AdmMeter(const AdmKernels* kernels, const Format& format, int n_distorted, std::vector<AdmVariant> variants,
           int n_parts);

  // What compares the frames, which have to stay until it is done.
  void add_tasks(const Planes& reference, const Planes* distorted, std::vector<Task>& tasks);
  AdmScores scores(size_t version, size_t variant) const;

 private:
  Format format_;
  std::vector<AdmVariant> variants_;
  std::vector<AdmPart> parts_;
  std::vector<std::vector<AdmSums>> plain_;  // by version, then by variant; where no part measures them
};

}  // namespace vmaf_dnn::features
