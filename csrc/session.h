// SPDX-License-Identifier: BSD-3-Clause
// The only place that knows every room: open = resolve -> redirect -> admit -> contract -> engine.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contract.h"
#include "engine/ort_engine.h"
#include "open_options.h"
#include "session_info.h"

namespace vmaf_dnn {

// Immutable once open: any number of threads may run one session.
class Session {
 public:
  // Throws Error with any code of opening.
  static std::unique_ptr<Session> open(const OpenOptions& options);

  const SessionInfo& info() const { return info_; }
  const Contract& contract() const { return contract_; }
  bool is_fused() const { return tensor_engine_ == nullptr; }
  const std::vector<ValueView>& inputs() const { return inputs_; }
  const ValueView& input(const std::string& name) const;  // throws Error{kInvalidArgument}
  const std::vector<ValueView>& outputs() const { return outputs_; }
  std::optional<int> plane_reach() const { return plane_reach_; }  // as reach_of() says

  // `rows` is (n_rows, contract().n_features), row-major. Throws Error{kUnsupported} for other models.
  void run_features(const float* rows, int64_t n_rows, float* scores) const;

  // Any model; checks names, ranks and sizes before it runs. Throws Error{kInvalidArgument}.
  std::vector<Tensor> run(const std::vector<TensorRef>& inputs) const;

 private:
  Session() = default;
  void check_inputs(const std::vector<TensorRef>& inputs) const;
  void check_input(const TensorRef& given) const;
  void check_type(const ValueView& input) const;
  void check_outputs() const;

  SessionInfo info_;
  Contract contract_;
  std::vector<ValueView> inputs_;
  std::vector<ValueView> outputs_;
  std::optional<int> plane_reach_;
  bool rounds_to_float16_ = false;
  std::unique_ptr<const Engine> engine_;
  const OrtEngine* tensor_engine_ = nullptr;  // engine_, where that runs tensors too
};

}  // namespace vmaf_dnn
