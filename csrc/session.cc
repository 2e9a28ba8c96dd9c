// SPDX-License-Identifier: BSD-3-Clause
#include "session.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <variant>

#include "admission/admit.h"
#include "base/error.h"
#include "base/text.h"
#include "engine/elements.h"
#include "engine/fused_mlp/fused_engine.h"

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

// The plan of a model that the fused engine runs, or the reason why it does not.
std::variant<fused::Plan, std::string> plan_for(const OpenOptions& options, const Contract& contract,
                                                const GraphView& graph) {
  if (options.engine == "onnxruntime") return "onnxruntime was asked for";
  if (!contract.is_feature_model) return "the model does not score feature rows";
  if (graph.inputs[0].element_type != kElementFloat || graph.outputs[0].element_type != kElementFloat)
    return "its rows or scores are not float32";
  return fused::recognise(graph);
}

std::vector<std::string> describe_all(const std::vector<ValueView>& values) {
  std::vector<std::string> texts;
  for (const ValueView& value : values) texts.push_back(describe(value));
  return texts;
}

constexpr int kMaxThreads = 1024;
constexpr double kMaxElements = 1e12;  // more than any machine holds, less than overflows

bool accepts(const ValueView& input, const std::vector<int64_t>& shape) {
  const auto fits = [](int64_t have, int64_t want) { return want == kDynamic || have == want; };
  double n_elements = 1;
  for (const int64_t size : shape) n_elements *= size < 0 ? HUGE_VAL : static_cast<double>(size);
  if (n_elements > kMaxElements) return false;
  return !input.has_shape ||
         std::equal(shape.begin(), shape.end(), input.shape.begin(), input.shape.end(), fits);
}

}  // namespace

std::unique_ptr<Session> Session::open(const OpenOptions& options) {
  if (options.n_threads > kMaxThreads)
    throw Error(Code::kInvalidArgument, "threads is " + std::to_string(options.n_threads) +
                                            "; give at most " + std::to_string(kMaxThreads) + ".");
  std::unique_ptr<Session> session(new Session());
  SessionInfo& info = session->info_;
  const ModelSpec spec = resolve_model(options.model, options.registry);
  const Redirect redirect = decide_precision(spec, options.precision);
  AdmittedModel model;
  admit(redirect.file, redirect.pin, model);
  session->contract_ = agree_on_contract(model.graph, spec.sidecar, spec.kind);
  session->inputs_ = model.graph.inputs;
  session->outputs_ = model.graph.outputs;
  session->choose_engine(options, model);

  info.id = spec.id;
  info.kind = spec.kind;
  info.path = model.path.string();
  info.sha256 = model.sha256;
  info.size_bytes = model.bytes.size();
  info.opset = model.graph.opset;
  info.precision = redirect.precision == Precision::kInt8 ? "int8" : "fp32";
  info.redirect = redirect.reason;
  info.fell_back = redirect.fell_back;
  if (redirect.pin) info.pinned_by = redirect.pin->stated_by.string();
  info.engine = session->engine_->name();
  info.inputs = describe_all(model.graph.inputs);
  info.outputs = describe_all(model.graph.outputs);
  info.features = session->contract_.features;
  info.feature_range = spec.sidecar.feature_range;
  info.output_range = spec.sidecar.output_range;
  return session;
}

void Session::choose_engine(const OpenOptions& options, const AdmittedModel& model) {
  check_word("engine", options.engine, kEngines);
  check_word("device", options.device, kDevices);
  info_.device_requested = options.device;
  rounds_to_float16_ = options.fp16_io;
  const auto plan = plan_for(options, contract_, model.graph);
  if (const auto* obstacle = std::get_if<std::string>(&plan)) {
    if (options.engine == "fused")
      throw Error(Code::kUnsupported, "The fused engine can't run " + model.path.string() + ": " + *obstacle +
                                          "; use engine=auto or onnxruntime.");
    info_.engine_reason = options.engine == "auto" ? "auto: " + *obstacle : *obstacle;
    return take_ort_engine(options, model);
  }
  if (const auto reason = reason_for_cpu(options)) {
    info_.device_reason = *reason;
    return take_fused_engine(options, std::get<fused::Plan>(plan));
  }
  info_.engine_reason = "auto: " + options.device + " was asked for";
  take_ort_engine(options, model);
  if (info_.device_attached == "CPU") take_fused_engine(options, std::get<fused::Plan>(plan));
}

void Session::take_fused_engine(const OpenOptions& options, const fused::Plan& plan) {
  const bool is_asked_for = options.device == "auto" || options.device == "cpu";
  if (options.strict_device && !is_asked_for) ort::refuse_device(info_.device_reason);
  auto engine = std::make_unique<fused::FusedEngine>(plan, fused::choose_kernel(), options.n_threads);
  info_.isa = engine->isa();
  info_.engine_reason =
      options.engine == "auto" ? "auto: the graph is a multilayer perceptron" : "fused was asked for";
  info_.device_attached = "CPU";
  info_.runtime_version.clear();
  info_.runtime_library.clear();
  tensor_engine_ = nullptr;
  engine_ = std::move(engine);
}

void Session::take_ort_engine(const OpenOptions& options, const AdmittedModel& model) {
  const bool stays_on_cpu = contract_.is_feature_model && options.device == "auto";
  OrtSettings settings;
  settings.session = {stays_on_cpu ? "cpu" : options.device, options.device_index, options.strict_device,
                      options.n_threads, contract_.is_feature_model};
  settings.timeout_ms = options.timeout_ms;
  const ort::Runtime& runtime = ort::require_runtime(options.search_path);
  auto engine = std::make_unique<OrtEngine>(runtime, model, settings);
  info_.device_attached = engine->device_attached();
  info_.device_reason = stays_on_cpu ? kAutoDeviceReason : engine->device_reason();
  info_.runtime_version = runtime.version;
  info_.runtime_library = runtime.library;
  tensor_engine_ = engine.get();
  engine_ = std::move(engine);
}

void Session::run_features(const float* rows, int64_t n_rows, float* scores) const {
  if (!contract_.is_feature_model)
    throw Error(Code::kUnsupported, "The model " + info_.id + " does not score feature rows (it takes " +
                                        info_.inputs[0] + "); run it with named tensors.");
  if (!is_fused()) check_type(inputs_[0]);
  engine_->run_features(rows, n_rows, scores);
}

std::vector<Tensor> Session::run(const std::vector<TensorRef>& inputs) const {
  check_inputs(inputs);
  check_outputs();
  if (!contract_.is_feature_model) return tensor_engine_->run(inputs);
  const int64_t n_rows = inputs[0].shape[0];
  Tensor scores{outputs_[0].name, std::vector<float>(static_cast<std::size_t>(n_rows)), outputs_[0].shape};
  scores.shape[0] = n_rows;
  engine_->run_features(inputs[0].data, n_rows, scores.data.data());
  std::vector<Tensor> outputs;
  outputs.push_back(std::move(scores));
  return outputs;
}

void Session::check_inputs(const std::vector<TensorRef>& inputs) const {
  for (const TensorRef& given : inputs) check_input(given);
  for (const ValueView& wanted : inputs_) {
    const auto times = std::count_if(inputs.begin(), inputs.end(),
                                     [&](const TensorRef& given) { return given.name == wanted.name; });
    if (times != 1)
      throw Error(Code::kInvalidArgument, "The input " + describe(wanted) + " was given " +
                                              std::to_string(times) + " times; give it once.");
  }
}

void Session::check_outputs() const {
  for (const ValueView& output : outputs_)
    if (!is_given(output.element_type))
      throw Error(Code::kUnsupported, "The output " + describe(output) +
                                          " is not of a type that converts to float32; use a model that "
                                          "gives numbers.");
}

void Session::check_type(const ValueView& input) const {
  if (is_fed(input.element_type, rounds_to_float16_)) return;
  throw Error(Code::kUnsupported,
              "The input " + describe(input) + " is not float32" +
                  (is_real(input.element_type)
                       ? "; open the session with fp16_io to have float32 rounded to it."
                       : ", nor a type that float32 is converted to; use a model that takes float32."));
}

const ValueView& Session::input(const std::string& name) const {
  const auto found = std::find_if(inputs_.begin(), inputs_.end(),
                                  [&](const ValueView& input) { return input.name == name; });
  if (found == inputs_.end())
    throw Error(Code::kInvalidArgument, "The model " + info_.id + " has no input \"" + name +
                                            "\"; it takes " + join(info_.inputs) + ".");
  return *found;
}

void Session::check_input(const TensorRef& given) const {
  const ValueView& wanted = input(given.name);
  check_type(wanted);
  if (!accepts(wanted, given.shape))
    throw Error(Code::kInvalidArgument, "The input \"" + given.name + "\" has shape " +
                                            describe(given.shape) + "; the model takes " + describe(wanted) +
                                            ".");
}

}  // namespace vmaf_dnn
