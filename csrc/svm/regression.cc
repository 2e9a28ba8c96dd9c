// SPDX-License-Identifier: BSD-3-Clause
#include "svm/regression.h"

#include <algorithm>

#include "svm/faults.h"
#include "svm/libsvm_text.h"
#include "svm/parse_transform.h"
#include "svm/shown.h"

namespace vmaf_dnn::svm {
namespace {

std::optional<std::array<double, 2>> parse_clip(const Json& model) {
  const Json* const stated = model.find("score_clip");
  if (stated == nullptr) return std::nullopt;
  const std::vector<double> range = finite_numbers("its score_clip", stated, 2);
  if (range[0] > range[1])
    throw Malformed("its score_clip is [" + shown(range[0]) + ", " + shown(range[1]) +
                    "], expected the lowest score, then the highest");
  return std::array<double, 2>{range[0], range[1]};
}

}  // namespace

double Regression::raw_score(const double* row, std::vector<double>& scaled) const {
  scaled.resize(features.size());
  for (size_t i = 0; i < scaled.size(); ++i) scaled[i] = scaling.scale(i, row[i]);
  if (chroma_correction) chroma_correction->apply(scaled, scaling);
  return scaling.unscale_score(vectors.decide(scaled));
}

double Regression::clipped(double score) const {
  return clip ? std::min(std::max(score, (*clip)[0]), (*clip)[1]) : score;
}

Regression parse_regression(const Json& model, const RegressionOptions& options) {
  Regression regression;
  regression.features = parse_features(model, options.overloads);
  if (options.clip) regression.clip = parse_clip(model);
  regression.transform = parse_transform(model, options.transform);
  regression.chroma_correction = parse_chroma_correction(model, regression.features);
  regression.scaling = parse_scaling(model, regression.features.size());
  regression.vectors = parse_libsvm_text(model, regression.features.size());
  return regression;
}

}  // namespace vmaf_dnn::svm
