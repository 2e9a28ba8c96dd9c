// SPDX-License-Identifier: BSD-3-Clause
#include "contract.h"

#include <algorithm>

#include "base/error.h"
#include "base/json/value.h"
#include "base/text.h"
#include "engine/elements.h"
#include "features/request.h"

namespace vmaf_dnn {
namespace {

const std::vector<std::string> kCanonical6 = {"adm2",       "vif_scale0", "vif_scale1",
                                              "vif_scale2", "vif_scale3", "motion2"};

[[noreturn]] void refuse(const StatedContract& stated, const std::string& complaint) {
  throw Error(Code::kMalformed,
              stated.stated_by + " " + complaint + "; correct the " + stated.file + " or export again.");
}

void check_name(const std::optional<std::string>& name, const std::vector<ValueView>& values,
                const char* what, const StatedContract& stated) {
  const auto has_name = [&](const ValueView& value) { return value.name == *name; };
  if (!name || std::any_of(values.begin(), values.end(), has_name)) return;
  refuse(stated, std::string("names the ") + what + " \"" + *name + "\", but the graph has " +
                     join(values, [](const ValueView& value) { return describe(value); }));
}

bool takes_rows(const ValueView& input) {
  return is_real(input.element_type) && input.shape.size() == 2 && input.shape[1] > 0 &&
         (input.shape[0] == kDynamic || input.shape[0] == 1);
}

bool gives_scores(const ValueView& output) {
  return is_real(output.element_type) &&
         (output.shape.size() == 1 || (output.shape.size() == 2 && output.shape[1] == 1));
}

constexpr std::size_t kMaxRequestBytes = 1024;  // more than all options of one feature take

// What is stated over rows and scores would be passed over in silence.
void refuse_calibration(const StatedContract& stated) {
  const char* member = !stated.feature_options.empty()   ? "feature_options"
                       : stated.chroma_correction        ? "a chroma_correction"
                       : !stated.score_transform.empty() ? "a score_transform"
                                                         : nullptr;
  if (member != nullptr)
    refuse(stated, std::string("has ") + member +
                       ", but the graph doesn't take rows of features and give one score a row");
}

std::vector<std::string> requests_of(const StatedContract& stated, const std::vector<std::string>& features) {
  const std::vector<std::string>& options = stated.feature_options;
  if (options.empty()) return features;
  if (options.size() != features.size())
    refuse(stated, "has feature_options of " + std::to_string(options.size()) + " features, but names " +
                       std::to_string(features.size()));
  std::vector<std::string> requests;
  for (std::size_t i = 0; i < options.size(); ++i) {
    requests.push_back(options[i].empty() ? features[i] : features[i] + "=" + options[i]);
    if (requests.back().size() > kMaxRequestBytes)
      refuse(stated, "has feature_options of " + excerpt(features[i]) + " that make " +
                         std::to_string(requests.back().size()) + " bytes, where at most " +
                         std::to_string(kMaxRequestBytes) + " are read");
    try {
      features::parse_feature(requests.back());
    } catch (const Error& error) {
      std::string reason = error.what();
      if (!reason.empty() && reason.back() == '.') reason.pop_back();
      refuse(stated, "has feature_options of " + features[i] + " that can't be followed: " + reason);
    }
  }
  return requests;
}

Calibration calibration_of(const StatedContract& stated, const std::vector<std::string>& features) {
  Calibration calibration;
  calibration.n_features = features.size();
  if (stated.chroma_correction) {
    const auto place = [&](const std::string& name) {
      const auto found = std::find(features.begin(), features.end(), name);
      if (found == features.end())
        refuse(stated,
               "has a chroma_correction over \"" + excerpt(name) + "\", which is no feature of its own");
      return static_cast<std::size_t>(found - features.begin());
    };
    const ChromaCorrection& correction = *stated.chroma_correction;
    calibration.correction = {{correction.parameter, place(correction.guided), place(correction.guide)}};
  }
  if (!stated.score_transform.empty())
    calibration.transform = {{ScoreTransform{stated.score_transform, {}}, stated.output_range}};
  return calibration;
}

}  // namespace

Contract agree_on_contract(const GraphView& graph, const StatedContract& stated, const std::string& kind) {
  if (graph.inputs.empty() || graph.outputs.empty())
    throw Error(Code::kMalformed, "The model has no input or no output; export it again.");
  check_name(stated.input_name, graph.inputs, "input", stated);
  check_name(stated.output_name, graph.outputs, "output", stated);

  Contract contract;
  contract.is_feature_model = graph.inputs.size() == 1 && graph.outputs.size() == 1 &&
                              takes_rows(graph.inputs[0]) && gives_scores(graph.outputs[0]);
  if (!contract.is_feature_model) {
    refuse_calibration(stated);
    return contract;
  }
  contract.n_features = graph.inputs[0].shape[1];
  contract.features = stated.features;
  if (contract.features.empty() && contract.n_features == 6 && kind == "fr") contract.features = kCanonical6;
  if (!contract.features.empty() && contract.features.size() != static_cast<std::size_t>(contract.n_features))
    refuse(stated, "names " + std::to_string(contract.features.size()) + " features, but the graph takes " +
                       describe(graph.inputs[0]));
  const std::size_t n_ranges = stated.feature_range.size();
  if (n_ranges != 0 && n_ranges != contract.features.size())
    refuse(stated, "has a feature_range of " + std::to_string(n_ranges) + " features, but names " +
                       std::to_string(contract.features.size()));
  contract.requests = requests_of(stated, contract.features);
  contract.calibration = calibration_of(stated, contract.features);
  return contract;
}

}  // namespace vmaf_dnn
