// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include "base/json/value.h"
#include "fusion/score_transform.h"

namespace vmaf_dnn::svm {

// The score_transform of a model_dict, if it is to be applied; without `wanted` the file says whether. Throws
// Malformed.
std::optional<ScoreTransform> parse_transform(const Json& model, std::optional<bool> wanted);

}  // namespace vmaf_dnn::svm
