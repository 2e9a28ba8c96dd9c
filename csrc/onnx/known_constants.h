// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "onnx/graph.h"

namespace vmaf_dnn {

// The constants of a model by name. A name that anything else gives a value too, in whatever graph, is none.
class KnownConstants {
 public:
  explicit KnownConstants(const GraphView& graph);

  const TensorView* find(std::string_view name) const;

  // The elements of a constant of at most a few dozen numbers.
  std::optional<std::vector<double>> numbers(std::string_view name) const;
  std::optional<double> number(std::string_view name) const;  // of a constant of one element

 private:
  void add(std::string_view name, const TensorView* tensor);

  std::unordered_map<std::string_view, const TensorView*> tensors_;
};

}  // namespace vmaf_dnn
