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
  // `kernels` has to outlive it.
  FastVif(const VifKernels& kernels, const Format& format, int n_distorted, double enhn_gain_limit,
          int n_parts);

  void score(const Plane& reference, const Plane* distorted, std::array<double, kVifScales>* scores);

 private:
  struct Sums {
    VifReferenceSums reference{};
    std::vector<VifDistortedSums> distorted;
  };

  VifBand whole(int scale) const;
  void point_to(size_t scale, std::vector<VifSide>& sides);
  Sums measure(size_t scale, const std::vector<VifSide>& sides);

  const VifKernels& kernels_;
  Format format_;
  int n_distorted_;
  double enhn_gain_limit_;
  std::array<std::vector<Luma>, kVifScales>
      images_;                                 // of the reference, then of the distorted; none at scale 0
  std::vector<std::vector<char>> workspaces_;  // of each part
};

}  // namespace vmaf_dnn::features
