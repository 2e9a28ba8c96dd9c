// SPDX-License-Identifier: BSD-3-Clause
// One trained regression, and all that stands around it between a row of features and a score.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/json/value.h"
#include "fusion/score_transform.h"
#include "svm/chroma_correction.h"
#include "svm/feature_list.h"
#include "svm/scaling.h"
#include "svm/support_vectors.h"

namespace vmaf_dnn::svm {

struct Regression {
  std::vector<Feature> features;  // what the columns of a row are
  Scaling scaling;
  SupportVectors vectors;
  std::optional<ChromaCorrection> chroma_correction;
  std::optional<ScoreTransform> transform;  // where it is applied
  std::optional<std::array<double, 2>> clip;

  // Neither transformed nor clipped. `scaled` is room for a row.
  double raw_score(const double* row, std::vector<double>& scaled) const;
  double transformed(double raw) const { return transform ? transform->apply(raw) : raw; }
  double clipped(double score) const;
};

struct RegressionOptions {
  bool clip = true;
  std::optional<bool> transform;  // empty: as the file has it
  Overloads overloads;
};

// From a model_dict. Throws Malformed, NotComputed, Error{kInvalidArgument}.
Regression parse_regression(const Json& model, const RegressionOptions& options);

}  // namespace vmaf_dnn::svm
