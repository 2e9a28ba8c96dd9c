// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "fusion/calibration.h"
#include "onnx/graph.h"
#include "registry/stated_contract.h"

namespace vmaf_dnn {

// What a model promises to take and give, agreed between its graph and what is stated of it.
struct Contract {
  bool is_feature_model = false;      // one input [N, F] -> one score per row
  int64_t n_features = 0;             // F, 0 for other models
  std::vector<std::string> features;  // F names in order; empty if nobody states them
  std::vector<std::string> requests;  // the same with the options that are stated: "adm3=adm_csf_mode=2"
  Calibration calibration;
};

// Throws Error{kMalformed} where the two disagree, naming both sides.
Contract agree_on_contract(const GraphView& graph, const StatedContract& stated, const std::string& kind);

}  // namespace vmaf_dnn
