// SPDX-License-Identifier: BSD-3-Clause
#include "session.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "admission/admit.h"
#include "base/error.h"
#include "base/text.h"
#include "choose_engine.h"
#include "engine/elements.h"
#include "plane_reach.h"

namespace vmaf_dnn {
namespace {

std::vector<std::string> describe_all(const std::vector<ValueView>& values) {
  std::vector<std::string> texts;
  for (const ValueView& value : values) texts.push_back(describe(value));
  return texts;
}

SessionInfo describe_session(const ModelSpec& spec, const Redirect& redirect, const AdmittedModel& model,
                             const Contract& contract, const EngineInfo& engine) {
  SessionInfo info;
  static_cast<EngineInfo&>(info) = engine;
  info.id = spec.id;
  info.kind = spec.kind;
  info.path = {model.path.string()};
  info.sha256 = model.sha256;
  if (redirect.pin) info.pinned_by = {redirect.pin->stated_by.string()};
  info.size_bytes = model.bytes.size();
  info.opset = model.graph.opset;
  info.precision = redirect.precision == Precision::kInt8 ? "int8" : "fp32";
  info.redirect = {redirect.reason};
  info.fell_back = redirect.fell_back;
  info.inputs = describe_all(model.graph.inputs);
  info.outputs = describe_all(model.graph.outputs);
  info.features = contract.features;
  info.feature_options = spec.contract.feature_options;
  info.feature_range = spec.contract.feature_range;
  info.output_range = spec.contract.output_range;
  return info;
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
  const ModelSpec spec = resolve_model(options.model, options.registry);
  const Redirect redirect = decide_precision(spec, options.precision);
  AdmittedModel model;
  admit(redirect.file, redirect.pin, model);
  std::unique_ptr<Session> session(new Session());
  session->rounds_to_float16_ = options.fp16_io;
  session->contract_ = agree_on_contract(model.graph, spec.contract, spec.kind);
  ChosenEngine chosen = choose_engine(options, model, session->contract_);
  session->info_ = describe_session(spec, redirect, model, session->contract_, chosen.info);
  session->engine_ = std::move(chosen.engine);
  session->tensor_engine_ = chosen.tensor_engine;
  if (!session->contract_.is_feature_model) session->plane_reach_ = reach_of(model.graph);
  session->inputs_ = std::move(model.graph.inputs);
  session->outputs_ = std::move(model.graph.outputs);
  return session;
}

void Session::run_features(const float* rows, int64_t n_rows, float* scores) const {
  if (!contract_.is_feature_model)
    throw Error(Code::kUnsupported, "The model " + info_.id + " does not score feature rows (it takes " +
                                        info_.inputs[0] + "); run it with named tensors.");
  if (!is_fused()) check_type(inputs_[0]);
  contract_.calibration.run(*engine_, rows, n_rows, scores);
}

std::vector<Tensor> Session::run(const std::vector<TensorRef>& inputs) const {
  check_inputs(inputs);
  check_outputs();
  if (!contract_.is_feature_model) return tensor_engine_->run(inputs);
  const int64_t n_rows = inputs[0].shape[0];
  Tensor scores{outputs_[0].name, std::vector<float>(static_cast<std::size_t>(n_rows)), outputs_[0].shape};
  scores.shape[0] = n_rows;
  contract_.calibration.run(*engine_, inputs[0].data, n_rows, scores.data.data());
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
