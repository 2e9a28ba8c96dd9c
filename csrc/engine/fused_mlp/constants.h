// SPDX-License-Identifier: BSD-3-Clause
// The constants of a graph by name and type, those that a DequantizeLinear unpacks among them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/fused_mlp/mlp.h"
#include "onnx/graph.h"

namespace vmaf_dnn::fused {

// Thrown while a graph is recognised: what in it the fused engine does not do.
struct NotFused {
  std::string reason;
};

std::string quoted(std::string_view name);

const AttributeView* attribute(const NodeView& node, std::string_view name);

// `index` counts from 0. Throws NotFused for a node that lacks it.
std::string_view input(const NodeView& node, std::size_t index);
std::string_view output(const NodeView& node);

// A constant matrix. The integers and their scales are kept where they are int8 around zero.
struct WeightMatrix {
  int64_t n_rows;
  int64_t n_columns;
  std::vector<float> values;     // row-major
  std::vector<int8_t> integers;  // as `values`, or empty
  std::vector<float> scales;     // one, or one for each index along `scale_axis`
  int64_t scale_axis = 0;

  WeightMatrix transposed() const;
};

class Constants {
 public:
  explicit Constants(const GraphView& graph);

  // Float32 or dequantised. Throws NotFused for anything else than a constant matrix.
  WeightMatrix matrix(std::string_view name) const;
  // One float32 a column, stated or dequantised; one element stands for all.
  std::vector<float> columns(std::string_view name, int n_columns) const;
  float number(std::string_view name) const;
  std::vector<int8_t> int8(std::string_view name) const;
  const TensorView& tensor(std::string_view name) const;
  // Of a QuantizeLinear or DequantizeLinear with one scale for all.
  Grid grid(const NodeView& node) const;

 private:
  struct Dequantised {
    std::vector<float> values;
    std::vector<int8_t> integers;
    std::vector<float> scales;
    int64_t scale_axis;
    const std::vector<int64_t>* shape;
  };
  Dequantised read(std::string_view name) const;
  Dequantised dequantise(const NodeView& node) const;

  std::map<std::string_view, const TensorView*> tensors_;
  std::map<std::string_view, const NodeView*> dequantisers_;
};

}  // namespace vmaf_dnn::fused
