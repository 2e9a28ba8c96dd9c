// SPDX-License-Identifier: BSD-3-Clause
#include "svm/model.h"

#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "svm/ensemble.h"
#include "svm/shown.h"

namespace vmaf_dnn::svm {
namespace {

constexpr size_t kMemberDigits = 4;

std::string member_name(const std::string& name, size_t number) {
  const std::string digits = std::to_string(number);
  const size_t n_zeros = digits.size() < kMemberDigits ? kMemberDigits - digits.size() : 0;
  return name + "_" + std::string(n_zeros, '0') + digits;
}

void check_row(const double* row, size_t number, const std::vector<Feature>& features) {
  for (size_t i = 0; i < features.size(); ++i)
    if (!std::isfinite(row[i]))
      throw Error(Code::kInvalidArgument, features[i].name + " of row " + std::to_string(number) + " is " +
                                              shown(row[i]) +
                                              ", expected a finite number; leave the row out.");
}

}  // namespace

Model::Model(std::vector<Regression> regressions, const std::string& name, std::string file,
             std::string sha256)
    : regressions_(std::move(regressions)), file_(std::move(file)), sha256_(std::move(sha256)) {
  score_names_ = {name};
  if (regressions_.size() == 1) return;
  for (size_t i = 1; i < regressions_.size(); ++i) score_names_.push_back(member_name(name, i));
  for (const char* statistic : {"_bagging", "_stddev", "_ci_p95_lo", "_ci_p95_hi"})
    score_names_.push_back(name + statistic);
}

size_t Model::n_vectors() const {
  size_t n = 0;
  for (const Regression& regression : regressions_) n += regression.vectors.coefficients.size();
  return n;
}

void Model::predict(const double* rows, size_t n_rows, double* scores) const {
  Scratch scratch;
  const size_t n_features = features().size(), n_scores = score_names_.size();
  for (size_t i = 0; i < n_rows; ++i) check_row(rows + i * n_features, i, features());
  for (size_t i = 0; i < n_rows; ++i)
    if (!predict_row(rows + i * n_features, scores + i * n_scores, scratch))
      throw Error(Code::kRuntimeFailure, legible(file_) + " scores row " + std::to_string(i) + " " +
                                             shown(scratch.bad_score) +
                                             ", expected a finite number; the model is not fit for it.");
}

bool Model::predict_row(const double* row, double* scores, Scratch& scratch) const {
  const auto is_good = [&](double score) {
    if (!std::isfinite(score)) scratch.bad_score = score;
    return std::isfinite(score);
  };
  scratch.raw_scores.clear();
  for (const Regression& regression : regressions_) {
    const double raw = regression.raw_score(row, scratch.scaled);
    const double transformed = regression.transformed(raw);
    // Before a clip, which would hide an infinite score.
    if (!is_good(transformed) || !is_good(raw)) return false;
    scratch.raw_scores.push_back(raw);
    *scores++ = regression.clipped(transformed);
  }
  if (regressions_.size() == 1) return true;
  scratch.raw_scores.erase(scratch.raw_scores.begin());
  const EnsembleScore ensemble = ensemble_score(scratch.raw_scores, regressions_[1]);
  for (const double score : {ensemble.bagging, ensemble.deviation, ensemble.ci_low, ensemble.ci_high}) {
    if (!is_good(score)) return false;
    *scores++ = score;
  }
  return true;
}

}  // namespace vmaf_dnn::svm
