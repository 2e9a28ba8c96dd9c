// SPDX-License-Identifier: BSD-3-Clause
// One level of a reference and its distorted versions, row by row: cropped to what is summed, with three rows
// of maskers and two of what they mask, for each variant of the measure.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "features/adm/adm.h"
#include "features/adm/fast/kernels.h"
#include "features/adm/fast/plan.h"
#include "features/adm/fast/row.h"

namespace vmaf_dnn::features {

template <typename Line, typename Detail, typename Mask>
class AdmDetail {
 public:
  using Kernels = AdmLevelKernels<Line, Detail, Mask>;

  AdmDetail(const Kernels& kernels, const AdmLevelPlan& plan, int level, int n_distorted,
            const std::vector<AdmVariant>& variants);

  // Row y of the reference, from its filtered columns; then of each distorted version.
  void add_reference(int y, Line low, Line high, DenominatorSums& sums);
  // `sums` are of the version by each variant.
  void add_distorted(int y, Line low, Line high, size_t version, AdmSums* sums);

  void approximate(Line low, Line approximation) const {
    kernels_.approximate(low, plan_.next_columns.size(), kHorizontalShifts[level_], approximation);
  }

 private:
  using Bands = std::array<SampleRow<Detail>, kOrientations>;
  using Pointers = std::array<Detail*, kOrientations>;

  // A half of what decoupling gives: see MaskedRow.
  struct Masked {
    std::array<Bands, 2> signal;
    std::array<SampleRow<Mask>, 3> neighbours;
    std::array<SampleRow<Mask>, 2> own;

    explicit Masked(int width);
    MaskedRow<Detail, Mask> row(int y, int x);
  };

  // Of a distorted version by a variant; nothing is additive where that is not wanted.
  struct State {
    Masked restored;
    std::optional<Masked> additive;
  };

  static Pointers pointers(Bands& bands, int x);
  void mirror_ends(Mask* neighbour) const;
  void add_masked(int y, Masked& masked, const BandWeights& weights, NumeratorSums& sums) const;

  const Kernels& kernels_;
  AdmLevelPlan plan_;
  int level_;
  DenominatorShifts denominator_shifts_;
  int numerator_row_shift_;
  std::array<CubeShifts, kOrientations> numerator_shifts_;
  Bands reference_, distorted_;
  std::vector<AdmVariant> variants_;
  std::vector<std::vector<State>> states_;  // by version, then by variant
};

extern template class AdmDetail<int16_t*, int16_t, uint16_t>;
extern template class AdmDetail<SplitRow, int32_t, int32_t>;

}  // namespace vmaf_dnn::features
