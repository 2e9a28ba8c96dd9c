// SPDX-License-Identifier: BSD-3-Clause
// What runs an admitted model. Engines are immutable after construction: any number of threads may call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vmaf_dnn {

struct TensorRef {
  std::string name;
  const float* data;
  std::vector<int64_t> shape;
};

struct Tensor {
  std::string name;
  std::vector<float> data;
  std::vector<int64_t> shape;
};

class Engine {
 public:
  virtual ~Engine() = default;

  virtual std::string_view name() const = 0;

  // Feature models: `rows` is (n_rows, n_features), row-major; writes n_rows scores. A row's score does
  // not depend on the other rows of the call.
  virtual void run_features(const float* rows, int64_t n_rows, float* scores) const = 0;

  // Any model: every graph input once, by name; returns every graph output, in the graph's order.
  virtual std::vector<Tensor> run(const std::vector<TensorRef>& inputs) const = 0;
};

}  // namespace vmaf_dnn
