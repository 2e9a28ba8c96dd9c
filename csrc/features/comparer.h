// SPDX-License-Identifier: BSD-3-Clause
// The features of a frame, by the kernels of the chosen instruction set where there are some, and by the
// definition elsewhere.
#pragma once

#include "features/frame.h"
#include "features/options.h"
#include "features/simd/kernels.h"

namespace vmaf_dnn::features {

class Comparer {
 public:
  Comparer(const Format& format, int n_distorted, const Options& options);

  // A row for each distorted plane, without motion2.
  void compare(const Plane& reference, const Plane* distorted, FeatureRow* rows);

  double motion(const Plane& previous, const Plane& current);

 private:
  Format format_;
  int n_distorted_;
  Options options_;
  const Kernels& kernels_;
};

}  // namespace vmaf_dnn::features
