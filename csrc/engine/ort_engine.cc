// SPDX-License-Identifier: BSD-3-Clause
#include "engine/ort_engine.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "error.h"

namespace vmaf_dnn {
namespace {

// Enough rows to bury the cost of a call (5 us), few enough that the activations stay in the L2 cache.
constexpr int64_t kChunkRows = 4096;

std::size_t count(const std::vector<int64_t>& shape) {
  return static_cast<std::size_t>(
      std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>()));
}

// Operators that treat each row of an (N, F) tensor by itself. DynamicQuantizeLinear is the one that matters
// outside: it takes one scale for its whole tensor, so rows of one batch would change each other's scores.
constexpr std::string_view kRowWiseOps[] = {"Abs",        "Add",
                                            "Cast",       "Clip",
                                            "Constant",   "DequantizeLinear",
                                            "Div",        "Dropout",
                                            "Elu",        "Erf",
                                            "Exp",        "Gelu",
                                            "Gemm",       "HardSigmoid",
                                            "HardSwish",  "Identity",
                                            "LeakyRelu",  "Log",
                                            "MatMul",     "Max",
                                            "Min",        "Mul",
                                            "Neg",        "PRelu",
                                            "Pow",        "QuantizeLinear",
                                            "Reciprocal", "Relu",
                                            "Selu",       "Sigmoid",
                                            "Softplus",   "Softsign",
                                            "Sqrt",       "Squeeze",
                                            "Sub",        "Sum",
                                            "Tanh"};

bool is_row_wise(const NodeView& node) {
  return std::find(std::begin(kRowWiseOps), std::end(kRowWiseOps), node.op_type) != std::end(kRowWiseOps);
}

int64_t rows_per_call(const GraphView& graph) {
  const std::vector<int64_t>& shape = graph.inputs[0].shape;
  const bool batch_is_one = !shape.empty() && shape[0] == 1;
  const bool rows_stay_apart = std::all_of(graph.nodes.begin(), graph.nodes.end(), is_row_wise);
  return rows_stay_apart && !batch_is_one ? kChunkRows : 1;
}

ort::SessionHandle create_session(const ort::Runtime& runtime, const AdmittedModel& model, int n_threads) {
  ort::OrtSessionOptions* raw_options = nullptr;
  runtime.check(runtime.api->CreateSessionOptions(&raw_options), "make session options");
  const ort::SessionOptionsHandle options(raw_options, {&runtime});
  if (n_threads > 0)
    runtime.check(runtime.api->SetIntraOpNumThreads(options.get(), n_threads), "set the number of threads");
  ort::OrtSession* session = nullptr;
  runtime.check(runtime.api->CreateSessionFromArray(runtime.env, model.bytes.data(), model.bytes.size(),
                                                    options.get(), &session),
                ("load the model " + model.path.string()).c_str());
  return ort::SessionHandle(session, {&runtime});
}

}  // namespace

OrtEngine::OrtEngine(const ort::Runtime& runtime, const AdmittedModel& model, int n_threads)
    : runtime_(runtime),
      inputs_(model.graph.inputs),
      outputs_(model.graph.outputs),
      rows_per_call_(rows_per_call(model.graph)),
      session_(create_session(runtime, model, n_threads)) {}

ort::ValueHandle OrtEngine::wrap(const float* data, std::size_t n_values,
                                 const std::vector<int64_t>& shape) const {
  ort::OrtValue* value = nullptr;
  // The API takes inputs as mutable memory, and leaves them alone.
  runtime_.check(runtime_.api->CreateTensorWithDataAsOrtValue(runtime_.cpu_memory, const_cast<float*>(data),
                                                              n_values * sizeof(float), shape.data(),
                                                              shape.size(), ort::kTensorFloat, &value),
                 "wrap a tensor");
  return ort::ValueHandle(value, {&runtime_});
}

void OrtEngine::run_features(const float* rows, int64_t n_rows, float* scores) const {
  const int64_t n_features = inputs_[0].shape[1];
  const char* const input_name = inputs_[0].name.c_str();
  const char* const output_name = outputs_[0].name.c_str();
  std::vector<int64_t> input_shape = inputs_[0].shape;
  std::vector<int64_t> output_shape = outputs_[0].shape;  // [N] or [N, 1]
  for (int64_t first = 0; first < n_rows; first += rows_per_call_) {
    const int64_t n = std::min(rows_per_call_, n_rows - first);
    input_shape[0] = output_shape[0] = n;
    const auto input = wrap(rows + first * n_features, static_cast<std::size_t>(n * n_features), input_shape);
    const auto output = wrap(scores + first, static_cast<std::size_t>(n), output_shape);
    const ort::OrtValue* const inputs[] = {input.get()};
    ort::OrtValue* outputs[] = {output.get()};
    runtime_.check(
        runtime_.api->Run(session_.get(), nullptr, &input_name, inputs, 1, &output_name, 1, outputs),
        "score feature rows");
  }
}

std::vector<Tensor> OrtEngine::run(const std::vector<TensorRef>& inputs) const {
  std::vector<ort::ValueHandle> input_values;
  std::vector<const ort::OrtValue*> raw_inputs;
  std::vector<const char*> input_names;
  for (const TensorRef& input : inputs) {
    input_values.push_back(wrap(input.data, count(input.shape), input.shape));
    raw_inputs.push_back(input_values.back().get());
    input_names.push_back(input.name.c_str());
  }
  std::vector<const char*> output_names;
  for (const ValueView& output : outputs_) output_names.push_back(output.name.c_str());
  std::vector<ort::OrtValue*> raw_outputs(outputs_.size(), nullptr);
  runtime_.check(
      runtime_.api->Run(session_.get(), nullptr, input_names.data(), raw_inputs.data(), inputs.size(),
                        output_names.data(), raw_outputs.size(), raw_outputs.data()),
      "run the model");
  std::vector<ort::ValueHandle> output_values;
  for (ort::OrtValue* value : raw_outputs)
    output_values.emplace_back(value, ort::ValueHandle::deleter_type{&runtime_});
  std::vector<Tensor> outputs;
  for (std::size_t i = 0; i < outputs_.size(); ++i)
    outputs.push_back(copy_out(outputs_[i].name, raw_outputs[i]));
  return outputs;
}

Tensor OrtEngine::copy_out(const std::string& name, ort::OrtValue* value) const {
  ort::OrtTensorTypeAndShapeInfo* raw_info = nullptr;
  runtime_.check(runtime_.api->GetTensorTypeAndShape(value, &raw_info), "ask for an output's shape");
  const ort::ShapeHandle info(raw_info, {&runtime_});
  int element_type = 0;
  std::size_t rank = 0;
  runtime_.check(runtime_.api->GetTensorElementType(info.get(), &element_type), "ask for an output's type");
  if (element_type != ort::kTensorFloat)
    throw Error(Code::kUnsupported,
                "The output \"" + name + "\" is not float32; this release returns float32 outputs only.");
  runtime_.check(runtime_.api->GetDimensionsCount(info.get(), &rank), "ask for an output's rank");
  Tensor tensor{name, {}, std::vector<int64_t>(rank)};
  runtime_.check(runtime_.api->GetDimensions(info.get(), tensor.shape.data(), rank),
                 "ask for an output's shape");
  void* data = nullptr;
  runtime_.check(runtime_.api->GetTensorMutableData(value, &data), "read an output");
  const auto* first = static_cast<const float*>(data);
  tensor.data.assign(first, first + count(tensor.shape));
  return tensor;
}

}  // namespace vmaf_dnn
