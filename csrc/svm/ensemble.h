// SPDX-License-Identifier: BSD-3-Clause
// What the members of a bootstrapped collection say together: they were trained on resamples of the same
// subjects, and how far they disagree is how sure the score is.
#pragma once

#include <vector>

#include "svm/regression.h"

namespace vmaf_dnn::svm {

struct EnsembleScore {
  double bagging;    // of the members' mean
  double deviation;  // of the members, as it is after transform and clip
  double ci_low, ci_high;
};

// From the members' raw scores, one or more, all finite, which it sorts; transformed and clipped by the rule
// of `first`.
EnsembleScore ensemble_score(std::vector<double>& raw_scores, const Regression& first);

}  // namespace vmaf_dnn::svm
