// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/engine.h"
#include "engine/tensor.h"
#include "onnx/graph.h"
#include "ort/deadline.h"
#include "ort/open_session.h"

namespace vmaf_dnn {

struct OrtSettings {
  ort::SessionSettings session;
  int timeout_ms = 0;             // of one call; <= 0: none
  bool keeps_rows_apart = false;  // no row of a batch can change another's score
};

// The general engine: ONNX Runtime, from a model's bytes. `path` names it in errors.
class OrtEngine final : public Engine {
 public:
  // Throws Error{kRuntimeFailure, kUnsupported}.
  OrtEngine(const ort::Runtime& runtime, std::string path, std::string_view bytes, const GraphView& graph,
            const OrtSettings& settings);

  const std::string& device_attached() const { return opened_.device_attached; }
  const std::string& device_reason() const { return opened_.device_reason; }

  std::string_view name() const override { return "onnxruntime"; }
  void run_features(const float* rows, int64_t n_rows, float* scores) const override;

  // Any model whose inputs are fed and whose outputs are given (elements.h): every graph input once, by name;
  // returns every graph output, in the graph's order.
  std::vector<Tensor> run(const std::vector<TensorRef>& inputs) const;

 private:
  struct Call;

  ort::ValueHandle wrap(const void* elements, std::size_t n_bytes, const std::vector<int64_t>& shape,
                        int element_type) const;
  void run(Call& call, ort::Deadline& deadline, const char* action) const;
  void run_converted_features(const float* rows, int64_t n_rows, float* scores) const;
  Tensor copy_out(const std::string& name, ort::OrtValue* value) const;
  int input_type(const std::string& name) const;

  const ort::Runtime& runtime_;
  std::string path_;
  std::vector<ValueView> inputs_;
  std::vector<ValueView> outputs_;
  int64_t rows_per_call_;
  int timeout_ms_;
  ort::OpenedSession opened_;
};

}  // namespace vmaf_dnn
