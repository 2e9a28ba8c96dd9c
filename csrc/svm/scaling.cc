// SPDX-License-Identifier: BSD-3-Clause
#include "svm/scaling.h"

#include <string>

#include "svm/faults.h"

namespace vmaf_dnn::svm {

Scaling parse_scaling(const Json& model, size_t n_features) {
  const size_t n = n_features + 1;
  const Json* const norm_type = model.find("norm_type");
  const auto* const word = norm_type == nullptr ? nullptr : norm_type->as<std::string>();
  if (word != nullptr && *word == "none") return {std::vector<double>(n, 1), std::vector<double>(n, 0)};
  if (word == nullptr || *word != "linear_rescale")
    refuse("its norm_type", norm_type, "'linear_rescale' or 'none'");
  Scaling scaling{finite_numbers("its slopes", model.find("slopes"), n),
                  finite_numbers("its intercepts", model.find("intercepts"), n)};
  if (scaling.slopes[0] == 0) throw Malformed("its first slope, which the score is divided by, is 0");
  return scaling;
}

}  // namespace vmaf_dnn::svm
