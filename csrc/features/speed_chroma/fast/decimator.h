// SPDX-License-Identifier: BSD-3-Clause
// decimate() of only those samples that are kept, and prescale() of only those that it needs.
#pragma once

#include <cstdint>
#include <vector>

#include "features/frame.h"
#include "features/image.h"
#include "features/speed_chroma/fast/kernels.h"
#include "features/speed_chroma/fast/lines.h"
#include "features/speed_chroma/plan.h"
#include "features/speed_chroma/prescale.h"

namespace vmaf_dnn::features {

class SpeedDecimator {
 public:
  // For the first `width` columns of what decimation keeps. `kernels` has to outlive it.
  SpeedDecimator(const SpeedChromaKernels& kernels, const SpeedChromaPlan& plan, int width);

  void decimate(const Plane& plane, SpeedLines& kept);

 private:
  int n_taps() const { return static_cast<int>(taps_.size()); }
  void decimate_row(const Plane& plane, int y, float* kept);
  void prescale_row(const Plane& plane, int y, float* scaled);
  void centre_row(const Plane& plane, int y, float* centred);
  void decimate_prescaled_row(const Plane& plane, int y, float* kept);

  const SpeedChromaKernels& kernels_;
  SpeedChromaPlan plan_;
  int width_;
  int middle_;       // of the range of samples
  float scale_;      // of 8 bits, beside that of the samples
  int last_column_;  // of the plane, or of where its mirror image would be, that is needed
  std::vector<float> taps_;
  std::vector<float> line_;

  // Where planes are prescaled: first the columns that the first tap meets, then those of the second, ...
  SpeedLines scaled_;
  std::vector<int> columns_;
  std::vector<int32_t> source_columns_;
  std::vector<float> shares_;
  SpeedLines sources_;  // two rows, each with its mirror image's first sample on either side
  Image<float> plane_;  // whole, for the methods that no model uses
};

}  // namespace vmaf_dnn::features
