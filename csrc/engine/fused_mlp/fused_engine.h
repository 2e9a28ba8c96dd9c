// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/engine.h"
#include "engine/fused_mlp/pack.h"

namespace vmaf_dnn::fused {

// Scores feature rows of a multilayer perceptron without ONNX Runtime: the same bits on every CPU, at every
// batch size.
class FusedEngine final : public Engine {
 public:
  FusedEngine(const Mlp& net, const Kernel& kernel, int n_threads);

  std::string_view name() const override { return "fused"; }
  const char* isa() const { return kernel_.isa; }
  void run_features(const float* rows, int64_t n_rows, float* scores) const override;

 private:
  const Kernel& kernel_;
  Pack pack_;
  int64_t n_threads_;
  int64_t rows_a_thread_;  // fewer are not worth a thread of their own
};

}  // namespace vmaf_dnn::fused
