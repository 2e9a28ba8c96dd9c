// SPDX-License-Identifier: BSD-3-Clause
// ADM of some rows of a reference and of its distorted versions: the four levels interleaved, so that only a
// few rows of each are kept.
#pragma once

#include <array>
#include <vector>

#include "features/adm/adm.h"
#include "features/adm/fast/detail.h"
#include "features/adm/fast/kernels.h"
#include "features/adm/fast/plan.h"
#include "features/adm/fast/row.h"
#include "features/frame.h"

namespace vmaf_dnn::features {

class AdmPart {
 public:
  // Part `part` of n_parts. `kernels` has to outlive it.
  AdmPart(const AdmKernels& kernels, const Format& format, int n_distorted,
          const std::vector<AdmVariant>& variants, int part, int n_parts);

  void measure(const Plane& reference, const Planes* distorted);
  // Those of all parts of a picture add up to its own.
  const AdmSums& sums(size_t version, size_t variant) const { return sums_[version][variant]; }

 private:
  // A level's approximation of one picture: the last four rows.
  template <typename Line>
  using Ring = std::array<LineRow<Line>, kWaveletTaps>;

  void filter_pixels(const Plane& plane, int y);
  void produce_first(int y, const Plane& reference, const Planes* distorted);
  void produce_later(size_t level, int y);
  template <typename Line, typename Stage>
  void add_row(size_t level, int y, size_t picture, LineRow<Line>& low, LineRow<Line>& high, Ring<Line>& ring,
               Stage& stage);
  void advance(size_t level, int n_input_rows);

  const AdmKernels& kernels_;
  Format format_;
  AdmPlan plan_;
  std::array<int, kAdmLevels> next_row_;
  LineRow<int16_t*> low_, high_;
  LineRow<SplitRow> split_low_, split_high_;
  std::vector<Ring<int16_t*>> first_approximations_;  // by picture, the reference first
  std::array<std::vector<Ring<SplitRow>>, kAdmLevels - 1> later_approximations_;
  AdmDetail<int16_t*, int16_t, uint16_t> first_;
  std::vector<AdmDetail<SplitRow, int32_t, int32_t>> later_;
  std::vector<std::vector<AdmSums>> sums_;  // by version, then by variant
};

}  // namespace vmaf_dnn::features
