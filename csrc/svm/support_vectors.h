// SPDX-License-Identifier: BSD-3-Clause
// A nu-SVR with an RBF kernel.
#pragma once

#include <cstddef>
#include <vector>

namespace vmaf_dnn::svm {

struct SupportVectors {
  std::vector<double> coefficients;
  std::vector<double> coordinates;  // a vector after the other
  double gamma = 0;
  double rho = 0;

  // The sum of coefficient * exp(-gamma * squared distance), minus rho. Both sums run in libsvm's order.
  double decide(const std::vector<double>& row) const;
};

}  // namespace vmaf_dnn::svm
