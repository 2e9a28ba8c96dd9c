// SPDX-License-Identifier: BSD-3-Clause
// A model of libvmaf: one regression, or a bootstrapped collection of them. It never changes, so any number
// of threads may use it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "svm/regression.h"

namespace vmaf_dnn::svm {

class Model {
 public:
  // `regressions` has the main one, then the members of a collection, over the same features. `name` is what
  // the score is called; `file` names the model in errors.
  Model(std::vector<Regression> regressions, const std::string& name, std::string file, std::string sha256);

  const std::vector<Feature>& features() const { return main().features; }
  const Regression& main() const { return regressions_[0]; }
  size_t n_vectors() const;  // in all
  const std::string& sha256() const { return sha256_; }

  // In the order of libvmaf's log: the main score; of a collection then each member's, "vmaf_0001", and what
  // they say together.
  const std::vector<std::string>& score_names() const { return score_names_; }

  // (n_rows, features) -> (n_rows, score names), both row by row. Throws Error: kInvalidArgument for a row
  // that is not finite, kRuntimeFailure for a score that is not.
  void predict(const double* rows, size_t n_rows, double* scores) const;

 private:
  struct Scratch {
    std::vector<double> scaled, raw_scores;
    double bad_score = 0;
  };

  // False: a score is not finite, and is the scratch's bad_score.
  bool predict_row(const double* row, double* scores, Scratch& scratch) const;

  std::vector<Regression> regressions_;
  std::vector<std::string> score_names_;
  std::string file_, sha256_;
};

}  // namespace vmaf_dnn::svm
