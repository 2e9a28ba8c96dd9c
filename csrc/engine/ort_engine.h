// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "admission/admit.h"
#include "engine/engine.h"
#include "engine/tensor.h"
#include "ort/handles.h"

namespace vmaf_dnn {

// The general engine: ONNX Runtime's CPU provider, from the admitted bytes.
class OrtEngine final : public Engine {
 public:
  // `n_threads` <= 0 keeps ONNX Runtime's own choice. Throws Error{kRuntimeFailure}.
  OrtEngine(const ort::Runtime& runtime, const AdmittedModel& model, int n_threads);

  std::string_view name() const override { return "onnxruntime"; }
  void run_features(const float* rows, int64_t n_rows, float* scores) const override;

  // Any model: every graph input once, by name; returns every graph output, in the graph's order.
  std::vector<Tensor> run(const std::vector<TensorRef>& inputs) const;

 private:
  ort::ValueHandle wrap(const float* data, std::size_t n_values, const std::vector<int64_t>& shape) const;
  Tensor copy_out(const std::string& name, ort::OrtValue* value) const;

  const ort::Runtime& runtime_;
  std::vector<ValueView> inputs_;
  std::vector<ValueView> outputs_;
  int64_t rows_per_call_;
  ort::SessionHandle session_;
};

}  // namespace vmaf_dnn
