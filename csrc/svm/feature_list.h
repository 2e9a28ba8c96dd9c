// SPDX-License-Identifier: BSD-3-Clause
// The features that a model is over, as its file names them and as we compute them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json/value.h"

namespace vmaf_dnn::svm {

struct Feature {
  std::string name;     // libvmaf's without its "integer_": "adm3"
  std::string options;  // "adm_csf_mode=2:adm_min_val=0.5"
  std::string request;  // both, as features::parse_feature takes them

  bool operator==(const Feature& other) const { return request == other.request; }
};

// Options of features that are set from without: "cambi.enc_bitdepth" and its value.
using Overloads = std::vector<std::pair<std::string, std::string>>;

// Those of a model_dict, in its order. Throws Malformed, NotComputed, or Error{kInvalidArgument} for an
// overload that no feature takes.
std::vector<Feature> parse_features(const Json& model, const Overloads& overloads);

}  // namespace vmaf_dnn::svm
