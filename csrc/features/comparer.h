// SPDX-License-Identifier: BSD-3-Clause
// The features of a frame, by the kernels of the chosen instruction set where there are some, and by the
// definition elsewhere.
#pragma once

#include <optional>
#include <vector>

#include "features/adm/fast/part.h"
#include "features/frame.h"
#include "features/motion/fast/part.h"
#include "features/options.h"
#include "features/simd/kernels.h"
#include "features/vif/fast/part.h"
#include "features/vif/fast/pyramid.h"
#include "features/workers.h"

namespace vmaf_dnn::features {

class Comparer {
 public:
  // `workers` has to outlive it.
  Comparer(const Format& format, int n_distorted, const Options& options, Workers& workers);

  // A row for each distorted plane, without motion2. Returns the motion since the reference `previous`, if
  // there is one (not null). `other` is run beside.
  std::optional<double> compare(const Plane* previous, const Plane& reference, const Plane* distorted,
                                FeatureRow* rows, Task other);

  // The motion alone.
  std::optional<double> measure_motion(const Plane* previous, const Plane& reference, Task other);

 private:
  std::vector<Task> adm_tasks(const Plane& reference, const Plane* distorted, FeatureRow* rows);
  void compare_vif(const Plane& reference, const Plane* distorted, FeatureRow* rows,
                   std::vector<Task> others);
  std::vector<Task> plain_vif_tasks(const Plane& reference, const Plane* distorted, FeatureRow* rows);
  void pool_vif(int scale, FeatureRow* rows) const;
  std::vector<Task> motion_tasks(const Plane* previous, const Plane& reference);
  void pool_adm(FeatureRow* rows) const;
  double pool_motion() const;

  Format format_;
  int n_distorted_;
  Options options_;
  Workers& workers_;
  const Kernels& kernels_;
  std::vector<AdmPart> adm_;
  std::vector<MotionPart> motion_;
  double plain_motion_ = 0;  // where no part measures it
  std::vector<VifPart> vif_;
  std::optional<VifPyramid> pyramid_;  // of the parts of VIF
};

}  // namespace vmaf_dnn::features
