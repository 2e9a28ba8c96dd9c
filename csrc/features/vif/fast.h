// SPDX-License-Identifier: BSD-3-Clause
// The scores of vif_scores by the kernels of an instruction set, of several distorted frames at once.
#pragma once

#include <array>
#include <vector>

#include "features/frame.h"
#include "features/image.h"
#include "features/vif/kernels.h"

namespace vmaf_dnn::features {

class FastVif {
 public:
  FastVif(const VifKernels& kernels, const Format& format, int n_distorted, double enhn_gain_limit);

  void score(const Plane& reference, const Plane* distorted, std::array<double, kVifScales>* scores);

 private:
  VifBand band_of(int scale) const;

  const VifKernels& kernels_;
  Format format_;
  int n_distorted_;
  double enhn_gain_limit_;
  std::array<std::vector<Luma>, kVifScales>
      images_;  // of the reference, then of the distorted; none at scale 0
  std::vector<char> workspace_;
};

}  // namespace vmaf_dnn::features
