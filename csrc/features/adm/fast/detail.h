// SPDX-License-Identifier: BSD-3-Clause
// One level of a reference and its distorted versions, row by row: cropped to what is summed, with three rows
// of maskers and two of what they mask.
#pragma once

#include <array>
#include <vector>

#include "features/adm/denominator.h"
#include "features/adm/fast/kernels.h"
#include "features/adm/fast/plan.h"
#include "features/adm/fast/row.h"
#include "features/adm/numerator.h"

namespace vmaf_dnn::features {

template <typename Line, typename Detail, typename Mask>
class AdmDetail {
 public:
  using Kernels = AdmLevelKernels<Line, Detail, Mask>;

  AdmDetail(const Kernels& kernels, const AdmLevelPlan& plan, int level, int n_distorted,
            double enhn_gain_limit);

  // Row y of the reference, from its filtered columns; then of each distorted version.
  void add_reference(int y, Line low, Line high, DenominatorSums& sums);
  void add_distorted(int y, Line low, Line high, int version, NumeratorSums& sums);

  void approximate(Line low, Line approximation) const {
    kernels_.approximate(low, plan_.next_columns.size(), kHorizontalShifts[level_], approximation);
  }

 private:
  using Bands = std::array<SampleRow<Detail>, kOrientations>;
  using Pointers = std::array<Detail*, kOrientations>;

  struct Version {
    std::array<Bands, 2> kept;
    std::array<SampleRow<Mask>, 3> neighbours;
    std::array<SampleRow<Mask>, 2> own;
  };

  static Pointers pointers(Bands& bands, int x);
  static Version make_version(int width);
  void add_masked(int y, Version& version, NumeratorSums& sums) const;

  const Kernels& kernels_;
  AdmLevelPlan plan_;
  int level_;
  double enhn_gain_limit_;
  DenominatorShifts denominator_shifts_;
  int numerator_row_shift_;
  std::array<CubeShifts, kOrientations> numerator_shifts_;
  Bands reference_, distorted_;
  std::vector<Version> versions_;
};

extern template class AdmDetail<int16_t*, int16_t, uint16_t>;
extern template class AdmDetail<SplitRow, int32_t, int32_t>;

}  // namespace vmaf_dnn::features
