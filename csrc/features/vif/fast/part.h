// SPDX-License-Identifier: BSD-3-Clause
// VIF of some rows of a reference and of its distorted versions, scale by scale.
#pragma once

#include <vector>

#include "features/frame.h"
#include "features/vif/fast/kernels.h"
#include "features/vif/information.h"

namespace vmaf_dnn::features {

class VifPart {
 public:
  // Part `part` of n_parts, by one gain limit to kMaxVifLimits of them. `kernels` has to outlive it.
  VifPart(const VifKernels& kernels, const Format& format, int n_distorted,
          const std::vector<double>& enhn_gain_limits, int part, int n_parts);

  // One scale, from its sides in the pyramid; all parts have measured the scale before it.
  void measure(int scale, const std::vector<VifSide>& sides);
  // Of a distorted version at the scale that was measured last. Those of all parts of a picture add up to its
  // own.
  VifInformation information(size_t version, size_t limit) const;
  // What the samples of the last pictures had set, of words.
  uint32_t sample_bits() const { return sample_bits_; }

 private:
  VifBand band_at(int scale, const std::vector<VifSide>& sides);
  int first_row(int part, int height) const;

  const VifKernels& kernels_;
  Format format_;
  std::vector<double> enhn_gain_limits_;
  int part_, n_parts_, tile_;
  std::vector<char> workspace_;
  VifReferenceSums reference_sums_{};
  std::vector<VifDistortedSums> distorted_sums_;
  uint32_t sample_bits_ = 0;
};

}  // namespace vmaf_dnn::features
