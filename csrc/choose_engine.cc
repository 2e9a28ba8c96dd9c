// SPDX-License-Identifier: BSD-3-Clause
#include "choose_engine.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "admission/operators.h"
#include "base/error.h"
#include "base/text.h"
#include "engine/fused_mlp/fused_engine.h"
#include "engine/fused_mlp/recognise.h"

namespace vmaf_dnn {
namespace {

constexpr const char* kEngines[] = {"auto", "fused", "onnxruntime"};

template <typename Words>
void check_word(const char* what, const std::string& word, const Words& words) {
  if (std::find(std::begin(words), std::end(words), word) == std::end(words))
    throw Error(Code::kInvalidArgument, std::string("The ") + what + " \"" + word +
                                            "\" is not known; use one of " + join(words) + ".");
}

constexpr const char* kAutoDeviceReason = "auto: a fusion model is too small to gain from another device";

// Why a model that the fused engine runs stays on the CPU; nothing if ONNX Runtime has the device asked for.
std::optional<std::string> reason_for_cpu(const OpenOptions& options) {
  if (options.device == "cpu") return "cpu was asked for";
  if (options.device == "auto") return kAutoDeviceReason;
  if (options.engine == "fused")
    return options.device + " was asked for, but the fused engine runs on the CPU";
  std::string obstacle;
  try {
    if (ort::has_provider(ort::require_runtime(options.search_path), options.device, obstacle)) return {};
  } catch (const Error& error) {
    obstacle = error.what();
  }
  return options.device + " was asked for, but " + obstacle;
}

// The net of a model that the fused engine runs, or the reason why it does not.
std::variant<fused::Mlp, std::string> fused_net(const OpenOptions& options, const Contract& contract,
                                                const GraphView& graph) {
  if (options.engine == "onnxruntime") return "onnxruntime was asked for";
  if (!contract.is_feature_model) return "the model does not score feature rows";
  if (graph.inputs[0].element_type != kElementFloat || graph.outputs[0].element_type != kElementFloat)
    return "its rows or scores are not float32";
  return fused::recognise(graph);
}

ChosenEngine make_fused_engine(const OpenOptions& options, const fused::Mlp& net,
                               const std::string& device_reason) {
  const bool is_asked_for = options.device == "auto" || options.device == "cpu";
  if (options.strict_device && !is_asked_for) ort::refuse_device(device_reason);
  auto engine = std::make_unique<fused::FusedEngine>(net, fused::choose_kernel(), options.n_threads);
  EngineInfo info;
  info.engine = engine->name();
  info.engine_reason =
      options.engine == "auto" ? "auto: the graph is a multilayer perceptron" : "fused was asked for";
  info.isa = engine->isa();
  info.device_requested = options.device;
  info.device_attached = "CPU";
  info.device_reason = device_reason;
  return {std::move(engine), nullptr, std::move(info)};
}

ChosenEngine make_ort_engine(const OpenOptions& options, const AdmittedModel& model, bool is_feature_model,
                             const std::string& engine_reason) {
  const bool stays_on_cpu = is_feature_model && options.device == "auto";
  OrtSettings settings;
  settings.session = {stays_on_cpu ? "cpu" : options.device, options.device_index, options.strict_device,
                      options.n_threads, is_feature_model};
  settings.timeout_ms = options.timeout_ms;
  settings.keeps_rows_apart = keeps_rows_apart(model.graph);
  const ort::Runtime& runtime = ort::require_runtime(options.search_path);
  auto engine = std::make_unique<OrtEngine>(runtime, model.path.string(), model.bytes, model.graph, settings);
  EngineInfo info;
  info.engine = engine->name();
  info.engine_reason = engine_reason;
  info.device_requested = options.device;
  info.device_attached = engine->device_attached();
  info.device_reason = stays_on_cpu ? kAutoDeviceReason : engine->device_reason();
  info.runtime_version = runtime.version;
  info.runtime_library = runtime.library;
  const OrtEngine* const tensor_engine = engine.get();
  return {std::move(engine), tensor_engine, std::move(info)};
}

}  // namespace

ChosenEngine choose_engine(const OpenOptions& options, const AdmittedModel& model, const Contract& contract) {
  check_word("engine", options.engine, kEngines);
  check_word("device", options.device, kDevices);
  const auto net = fused_net(options, contract, model.graph);
  if (const auto* obstacle = std::get_if<std::string>(&net)) {
    if (options.engine == "fused")
      throw Error(Code::kUnsupported, "The fused engine can't run " + model.path.string() + ": " + *obstacle +
                                          "; use engine=auto or onnxruntime.");
    return make_ort_engine(options, model, contract.is_feature_model,
                           options.engine == "auto" ? "auto: " + *obstacle : *obstacle);
  }
  const auto& mlp = std::get<fused::Mlp>(net);
  if (const auto reason = reason_for_cpu(options)) return make_fused_engine(options, mlp, *reason);
  ChosenEngine general = make_ort_engine(options, model, contract.is_feature_model,
                                         "auto: " + options.device + " was asked for");
  if (general.info.device_attached != "CPU") return general;
  return make_fused_engine(options, mlp, general.info.device_reason);
}

}  // namespace vmaf_dnn
