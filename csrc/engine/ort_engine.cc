// SPDX-License-Identifier: BSD-3-Clause
#include "engine/ort_engine.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "engine/elements.h"
#include "ort/allocator.h"

namespace vmaf_dnn {
namespace {

// Enough rows to bury the cost of a call (5 us), few enough that the activations stay in the L2 cache.
constexpr int64_t kChunkRows = 4096;

std::size_t count(const std::vector<int64_t>& shape) {
  return static_cast<std::size_t>(
      std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>()));
}

int64_t rows_per_call(const GraphView& graph, bool keeps_rows_apart) {
  const std::vector<int64_t>& shape = graph.inputs[0].shape;
  const bool batch_is_one = !shape.empty() && shape[0] == 1;
  return keeps_rows_apart && !batch_is_one ? kChunkRows : 1;
}

}  // namespace

// What one Run takes; parallel arrays.
struct OrtEngine::Call {
  std::vector<const char*> input_names;
  std::vector<const ort::OrtValue*> inputs;
  std::vector<const char*> output_names;
  std::vector<ort::OrtValue*> outputs;
};

OrtEngine::OrtEngine(const ort::Runtime& runtime, std::string path, std::string_view bytes,
                     const GraphView& graph, const OrtSettings& settings)
    : runtime_(runtime),
      path_(std::move(path)),
      inputs_(graph.inputs),
      outputs_(graph.outputs),
      rows_per_call_(rows_per_call(graph, settings.keeps_rows_apart)),
      timeout_ms_(settings.timeout_ms),
      opened_(ort::open_session(runtime, bytes, path_, settings.session)) {}

ort::ValueHandle OrtEngine::wrap(const void* elements, std::size_t n_bytes, const std::vector<int64_t>& shape,
                                 int element_type) const {
  ort::OrtValue* value = nullptr;
  // The API takes inputs as mutable memory, and leaves them alone.
  runtime_.check(
      runtime_.api->CreateTensorWithDataAsOrtValue(runtime_.cpu_memory, const_cast<void*>(elements), n_bytes,
                                                   shape.data(), shape.size(), element_type, &value),
      "wrap a tensor");
  return ort::ValueHandle(value, {&runtime_});
}

void OrtEngine::run(Call& call, ort::Deadline& deadline, const char* action) const {
  const ort::BlocksTakenAgain here;
  try {
    runtime_.check(runtime_.api->Run(opened_.session.get(), deadline.run_options(), call.input_names.data(),
                                     call.inputs.data(), call.inputs.size(), call.output_names.data(),
                                     call.outputs.size(), call.outputs.data()),
                   action);
  } catch (const Error&) {
    if (!deadline.finish()) throw;
    throw Error(Code::kTimedOut, "Running the model " + path_ + " took longer than timeout_ms = " +
                                     std::to_string(timeout_ms_) + "; allow more, or give less at once.");
  }
}

void OrtEngine::run_features(const float* rows, int64_t n_rows, float* scores) const {
  const bool is_float32 =
      inputs_[0].element_type == kElementFloat && outputs_[0].element_type == kElementFloat;
  if (!is_float32) return run_converted_features(rows, n_rows, scores);
  const int64_t n_features = inputs_[0].shape[1];
  std::vector<int64_t> input_shape = inputs_[0].shape;
  std::vector<int64_t> output_shape = outputs_[0].shape;  // [N] or [N, 1]
  Call call{{inputs_[0].name.c_str()}, {nullptr}, {outputs_[0].name.c_str()}, {nullptr}};
  ort::Deadline deadline(runtime_, timeout_ms_);
  for (int64_t first = 0; first < n_rows; first += rows_per_call_) {
    const int64_t n = std::min(rows_per_call_, n_rows - first);
    input_shape[0] = output_shape[0] = n;
    const auto input =
        wrap(rows + first * n_features, static_cast<std::size_t>(n * n_features) * sizeof(float), input_shape,
             kElementFloat);
    const auto output =
        wrap(scores + first, static_cast<std::size_t>(n) * sizeof(float), output_shape, kElementFloat);
    call.inputs[0] = input.get();
    call.outputs[0] = output.get();
    run(call, deadline, "score feature rows");
  }
}

void OrtEngine::run_converted_features(const float* rows, int64_t n_rows, float* scores) const {
  const int64_t n_features = inputs_[0].shape[1];
  for (int64_t first = 0; first < n_rows; first += rows_per_call_) {
    const int64_t n = std::min(rows_per_call_, n_rows - first);
    const Tensor tensor = std::move(run({{inputs_[0].name, rows + first * n_features, {n, n_features}}})[0]);
    if (tensor.data.size() != static_cast<std::size_t>(n))
      throw Error(Code::kUnsupported, "The model " + path_ + " gives " + describe(tensor.shape) +
                                          " scores for " + std::to_string(n) +
                                          " rows; use a model that gives one for each row.");
    std::copy(tensor.data.begin(), tensor.data.end(), scores + first);
  }
}

std::vector<Tensor> OrtEngine::run(const std::vector<TensorRef>& inputs) const {
  std::vector<std::vector<std::byte>> encoded;
  std::vector<ort::ValueHandle> values;
  Call call;
  for (const TensorRef& input : inputs) {
    const int element_type = input_type(input.name);
    const std::size_t n = count(input.shape);
    const void* elements = input.data;
    std::size_t n_bytes = n * sizeof(float);
    if (element_type != kElementFloat) {
      encoded.push_back(encode(input.data, n, element_type));
      elements = encoded.back().data();
      n_bytes = encoded.back().size();
    }
    values.push_back(wrap(elements, n_bytes, input.shape, element_type));
    call.inputs.push_back(values.back().get());
    call.input_names.push_back(input.name.c_str());
  }
  for (const ValueView& output : outputs_) call.output_names.push_back(output.name.c_str());
  call.outputs.resize(outputs_.size(), nullptr);
  ort::Deadline deadline(runtime_, timeout_ms_);
  run(call, deadline, "run the model");
  values.clear();
  for (ort::OrtValue* value : call.outputs)
    values.emplace_back(value, ort::ValueHandle::deleter_type{&runtime_});
  std::vector<Tensor> outputs;
  for (std::size_t i = 0; i < outputs_.size(); ++i)
    outputs.push_back(copy_out(outputs_[i].name, call.outputs[i]));
  return outputs;
}

int OrtEngine::input_type(const std::string& name) const {
  const auto has_name = [&](const ValueView& input) { return input.name == name; };
  return std::find_if(inputs_.begin(), inputs_.end(), has_name)->element_type;
}

Tensor OrtEngine::copy_out(const std::string& name, ort::OrtValue* value) const {
  ort::OrtTensorTypeAndShapeInfo* raw_info = nullptr;
  runtime_.check(runtime_.api->GetTensorTypeAndShape(value, &raw_info), "ask for an output's shape");
  const ort::ShapeHandle info(raw_info, {&runtime_});
  int element_type = 0;
  std::size_t rank = 0;
  runtime_.check(runtime_.api->GetTensorElementType(info.get(), &element_type), "ask for an output's type");
  runtime_.check(runtime_.api->GetDimensionsCount(info.get(), &rank), "ask for an output's rank");
  Tensor tensor{name, {}, std::vector<int64_t>(rank)};
  runtime_.check(runtime_.api->GetDimensions(info.get(), tensor.shape.data(), rank),
                 "ask for an output's shape");
  void* elements = nullptr;
  runtime_.check(runtime_.api->GetTensorMutableData(value, &elements), "read an output");
  tensor.data = decode(elements, count(tensor.shape), element_type);
  return tensor;
}

}  // namespace vmaf_dnn
