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

void check_name(const std::optional<std::string>& stated, const std::vector<ValueView>& values,
                const char* what, const Sidecar& sidecar) {
  const auto has_name = [&](const ValueView& value) { return value.name == *stated; };
  if (!stated || std::any_of(values.begin(), values.end(), has_name)) return;
  throw Error(Code::kMalformed, "The sidecar " + sidecar.path.string() + " names the " + what + " \"" +
                                    *stated + "\", but the graph has " +
                                    join(values, [](const ValueView& value) { return describe(value); }) +
                                    "; correct the sidecar or export again.");
}

bool takes_rows(const ValueView& input) {
  return is_real(input.element_type) && input.shape.size() == 2 && input.shape[1] > 0 &&
         (input.shape[0] == kDynamic || input.shape[0] == 1);
}

bool gives_scores(const ValueView& output) {
  return is_real(output.element_type) &&
         (output.shape.size() == 1 || (output.shape.size() == 2 && output.shape[1] == 1));
}

[[noreturn]] void refuse(const Sidecar& sidecar, const std::string& complaint) {
  throw Error(Code::kMalformed, "The sidecar " + sidecar.path.string() + " " + complaint +
                                    "; correct the sidecar or export again.");
}

constexpr std::size_t kMaxRequestBytes = 1024;  // more than all options of one feature take

// What is stated over rows and scores would be passed over in silence.
void refuse_calibration(const Sidecar& sidecar) {
  const char* stated = !sidecar.feature_options.empty()   ? "feature_options"
                       : sidecar.chroma_correction        ? "a chroma_correction"
                       : !sidecar.score_transform.empty() ? "a score_transform"
                                                          : nullptr;
  if (stated != nullptr)
    refuse(sidecar, std::string("has ") + stated +
                        ", but the graph doesn't take rows of features and give one score a row");
}

std::vector<std::string> requests_of(const Sidecar& sidecar, const std::vector<std::string>& features) {
  const std::vector<std::string>& options = sidecar.feature_options;
  if (options.empty()) return features;
  if (options.size() != features.size())
    refuse(sidecar, "has feature_options of " + std::to_string(options.size()) + " features, but names " +
                        std::to_string(features.size()));
  std::vector<std::string> requests;
  for (std::size_t i = 0; i < options.size(); ++i) {
    requests.push_back(options[i].empty() ? features[i] : features[i] + "=" + options[i]);
    if (requests.back().size() > kMaxRequestBytes)
      refuse(sidecar, "has feature_options of " + excerpt(features[i]) + " that make " +
                          std::to_string(requests.back().size()) + " bytes, where at most " +
                          std::to_string(kMaxRequestBytes) + " are read");
    try {
      features::parse_feature(requests.back());
    } catch (const Error& error) {
      std::string reason = error.what();
      if (!reason.empty() && reason.back() == '.') reason.pop_back();
      refuse(sidecar, "has feature_options of " + features[i] + " that can't be followed: " + reason);
    }
  }
  return requests;
}

Calibration calibration_of(const Sidecar& sidecar, const std::vector<std::string>& features) {
  Calibration calibration;
  calibration.n_features = features.size();
  if (sidecar.chroma_correction) {
    const auto place = [&](const std::string& name) {
      const auto found = std::find(features.begin(), features.end(), name);
      if (found == features.end())
        refuse(sidecar,
               "has a chroma_correction over \"" + excerpt(name) + "\", which is no feature of its own");
      return static_cast<std::size_t>(found - features.begin());
    };
    const ChromaCorrection& stated = *sidecar.chroma_correction;
    calibration.correction = {{stated.parameter, place(stated.guided), place(stated.guide)}};
  }
  if (!sidecar.score_transform.empty())
    calibration.transform = {{ScoreTransform{sidecar.score_transform, {}}, sidecar.output_range}};
  return calibration;
}

}  // namespace

Contract agree_on_contract(const GraphView& graph, const Sidecar& sidecar, const std::string& kind) {
  if (graph.inputs.empty() || graph.outputs.empty())
    throw Error(Code::kMalformed, "The model has no input or no output; export it again.");
  check_name(sidecar.input_name, graph.inputs, "input", sidecar);
  check_name(sidecar.output_name, graph.outputs, "output", sidecar);

  Contract contract;
  contract.is_feature_model = graph.inputs.size() == 1 && graph.outputs.size() == 1 &&
                              takes_rows(graph.inputs[0]) && gives_scores(graph.outputs[0]);
  if (!contract.is_feature_model) {
    refuse_calibration(sidecar);
    return contract;
  }
  contract.n_features = graph.inputs[0].shape[1];
  contract.features = sidecar.features;
  if (contract.features.empty() && contract.n_features == 6 && kind == "fr") contract.features = kCanonical6;
  if (!contract.features.empty() && contract.features.size() != static_cast<std::size_t>(contract.n_features))
    throw Error(Code::kMalformed, "The sidecar " + sidecar.path.string() + " names " +
                                      std::to_string(contract.features.size()) +
                                      " features, but the graph takes " + describe(graph.inputs[0]) +
                                      "; correct the sidecar or export again.");
  const std::size_t n_ranges = sidecar.feature_range.size();
  if (n_ranges != 0 && n_ranges != contract.features.size())
    throw Error(Code::kMalformed, "The sidecar " + sidecar.path.string() + " has a feature_range of " +
                                      std::to_string(n_ranges) + " features, but names " +
                                      std::to_string(contract.features.size()) +
                                      "; correct the sidecar or export again.");
  contract.requests = requests_of(sidecar, contract.features);
  contract.calibration = calibration_of(sidecar, contract.features);
  return contract;
}

}  // namespace vmaf_dnn
