// SPDX-License-Identifier: BSD-3-Clause
#include "svm/support_vectors.h"

#include <cmath>

namespace vmaf_dnn::svm {

double SupportVectors::decide(const std::vector<double>& row) const {
  double sum = 0;
  const double* vector = coordinates.data();
  for (const double coefficient : coefficients) {
    double squared_distance = 0;
    for (const double value : row) {
      const double difference = value - *vector++;
      squared_distance += difference * difference;
    }
    sum += coefficient * std::exp(-gamma * squared_distance);
  }
  return sum - rho;
}

}  // namespace vmaf_dnn::svm
