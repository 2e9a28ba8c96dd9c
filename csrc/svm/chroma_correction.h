// SPDX-License-Identifier: BSD-3-Clause
// What VMAF v1 takes where a picture has no chroma to compare: a guess from the detail that luma lost.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/json/value.h"
#include "svm/feature_list.h"
#include "svm/scaling.h"

namespace vmaf_dnn::svm {

// Where the feature in column `guided` is exactly 0, it becomes parameter * (1 - guide).
struct ChromaCorrection {
  double parameter;
  size_t guided, guide;

  void apply(std::vector<double>& scaled_row, const Scaling& scaling) const;
};

// Of a model_dict over these features, if it states one. Throws Malformed.
std::optional<ChromaCorrection> parse_chroma_correction(const Json& model,
                                                        const std::vector<Feature>& features);

}  // namespace vmaf_dnn::svm
