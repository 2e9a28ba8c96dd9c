// SPDX-License-Identifier: BSD-3-Clause
// What a model is for, and what its maker has to state of it.
#pragma once

#include <string>

#include "base/json/fields.h"

namespace vmaf_dnn {

struct Kind {
  std::string_view name;
  bool takes_features;  // which have to be named
  bool gives_scores;    // whose range has to be stated
};

inline constexpr Kind kKinds[] = {
    {"fr", true, true},        // rows of features, measured against a reference -> scores
    {"nr", false, true},       // a tile of luma -> its score
    {"filter", false, false},  // a plane -> a plane
    {"plan", false, false},    // a picture -> a few vectors that say what is on it
    {"words", false, false},   // such a plan, and the words so far -> a score of each next word
};

// Of a file of ours. Throws Error{kRegistryInvalid} for a word that is none of them; "" as `fallback`: it
// has to be stated.
const Kind& read_kind(const JsonFields& fields, std::string_view fallback);

}  // namespace vmaf_dnn
