// SPDX-License-Identifier: BSD-3-Clause
// The scores of vif_scores by the kernels of an instruction set, of several distorted frames at once.
#pragma once

#include <array>
#include <vector>

#include "features/frame.h"
#include "features/image.h"
#include "features/vif/kernels.h"
#include "features/workers.h"

namespace vmaf_dnn::features {

class FastVif {
 public:
  // `kernels` has to outlive it.
  FastVif(const VifKernels& kernels, const Format& format, int n_distorted, double enhn_gain_limit,
          int n_parts);

  // `others` are run beside the first scale.
  void score(const Plane& reference, const Plane* distorted, std::array<double, kVifScales>* scores,
             Workers& workers, std::vector<Task> others);

 private:
  struct Sums {
    VifReferenceSums reference{};
    std::vector<VifDistortedSums> distorted;

    explicit Sums(int n_distorted) : distorted(static_cast<size_t>(n_distorted)) {}
    Sums& operator+=(const Sums& other);
  };

  VifBand whole(int scale) const;
  void point_to(size_t scale, std::vector<VifSide>& sides);
  void measure(VifBand band, size_t scale, size_t part, Sums& sums);

  const VifKernels& kernels_;
  Format format_;
  int n_distorted_;
  double enhn_gain_limit_;
  std::array<std::vector<Luma>, kVifScales>
      images_;                                 // of the reference, then of the distorted; none at scale 0
  std::vector<std::vector<char>> workspaces_;  // of each part
};

}  // namespace vmaf_dnn::features
