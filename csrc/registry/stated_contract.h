// SPDX-License-Identifier: BSD-3-Clause
// What rows a model takes and what becomes of its scores, as a sidecar or the entry of a registry states it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/json/fields.h"
#include "registry/kinds.h"

namespace vmaf_dnn {

// Before the network: where the feature `guided` is exactly 0, it becomes parameter * (1 - guide).
struct ChromaCorrection {
  double parameter;
  std::string guided, guide;
};

struct StatedContract {
  std::optional<std::string> input_name;
  std::optional<std::string> output_name;
  std::vector<std::string> features;                 // empty: not stated
  std::vector<std::string> feature_options;          // of each, in libvmaf's words; empty: not stated
  std::vector<std::array<double, 2>> feature_range;  // of each among the training rows; empty: not stated
  std::optional<ChromaCorrection> chroma_correction;
  std::vector<double> score_transform;  // p0, p1, p2 after the network; empty: none
  std::array<double, 2> output_range = {0.0, 100.0};
  std::string stated_by;      // as a sentence about it begins: "The sidecar /models/m.json"
  const char* file = "file";  // what is to be corrected: the "sidecar" or the "registry"
};

// Both throw Error{kRegistryInvalid}. What every dialect has: the names of input, output and features.
StatedContract read_names(const JsonFields& fields, const char* file);

// All of it, as our own files state it of a kind.
StatedContract read_contract(const JsonFields& fields, const char* file, const Kind& kind);

void read_range(const JsonFields& fields, const char* name, std::array<double, 2>& range);

}  // namespace vmaf_dnn
