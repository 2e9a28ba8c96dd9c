// SPDX-License-Identifier: BSD-3-Clause
// Which samples of each level a part of the picture needs: sums leave a tenth out on each side, and no
// wavelet reaches from there to the picture's border.
#pragma once

#include <array>

#include "features/adm/level.h"

namespace vmaf_dnn::features {

struct Span {
  int first = 0, end = 0;

  int size() const { return end - first; }
  bool holds(int i) const { return first <= i && i < end; }
};

struct AdmLevelPlan {
  int input_width, input_height;
  int width, height;  // of the bands
  Region region;
  Span sum_rows;                     // within the region
  Span detail_rows, detail_columns;  // one sample more on each side
  Span next_rows, next_columns;      // of the approximation, as the next level's input
  Span rows;                         // all that are computed
  Span input_columns;

  AdmLevelPlan(int input_width, int input_height, int part, int n_parts);
};

using AdmPlan = std::array<AdmLevelPlan, kAdmLevels>;

// Of part `part` of n_parts, which are cut along rows.
AdmPlan plan_adm(int width, int height, int part, int n_parts);

}  // namespace vmaf_dnn::features
