// SPDX-License-Identifier: BSD-3-Clause
// The features of a frame, by the kernels of the chosen instruction set where there are some, and by the
// definition elsewhere.
#pragma once

#include <optional>
#include <vector>

#include "features/adm/part.h"
#include "features/frame.h"
#include "features/motion/part.h"
#include "features/options.h"
#include "features/simd/kernels.h"
#include "features/vif/fast.h"

namespace vmaf_dnn::features {

class Comparer {
 public:
  Comparer(const Format& format, int n_distorted, const Options& options);

  // A row for each distorted plane, without motion2.
  void compare(const Plane& reference, const Plane* distorted, FeatureRow* rows);

  double motion(const Plane& previous, const Plane& current);

 private:
  void compare_adm(const Plane& reference, const Plane* distorted, FeatureRow* rows);
  void compare_vif(const Plane& reference, const Plane* distorted, FeatureRow* rows);

  Format format_;
  int n_distorted_;
  Options options_;
  const Kernels& kernels_;
  std::vector<AdmPart> adm_;
  std::vector<MotionPart> motion_;
  std::optional<FastVif> vif_;
};

}  // namespace vmaf_dnn::features
