// SPDX-License-Identifier: BSD-3-Clause
#include "engine/fused_mlp/constants.h"

#include <algorithm>
#include <cstring>

namespace vmaf_dnn::fused {
namespace {

constexpr int kUint8OfInt8 = 128;  // the same grid, its places counted from 0

template <typename T>
std::vector<T> elements(const TensorView& tensor, int element_type) {
  if (tensor.element_type != element_type)
    throw NotFused{"the constant " + quoted(tensor.name) + " has another element type than the kernels take"};
  std::vector<T> values(tensor.integers.begin(), tensor.integers.end());
  if (values.empty()) {
    values.resize(tensor.bytes.size() / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), tensor.bytes.data(), values.size() * sizeof(T));
  }
  std::size_t n_expected = 1;
  bool is_whole = true;
  for (const int64_t size : tensor.shape) {
    is_whole = is_whole && size >= 0;
    n_expected *= static_cast<std::size_t>(size);
  }
  if (!is_whole || values.size() != n_expected)
    throw NotFused{"the constant " + quoted(tensor.name) + " is not whole"};
  return values;
}

std::vector<int32_t> integers(const TensorView& tensor) {
  if (tensor.element_type == kElementInt32) return elements<int32_t>(tensor, kElementInt32);
  if (tensor.element_type == kElementUint8) {
    const auto bytes = elements<uint8_t>(tensor, kElementUint8);
    return {bytes.begin(), bytes.end()};
  }
  const auto bytes = elements<int8_t>(tensor, kElementInt8);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

const AttributeView* attribute(const NodeView& node, std::string_view name) {
  for (const AttributeView& attribute : node.attributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

std::string_view input(const NodeView& node, std::size_t index) {
  if (index >= node.inputs.size()) throw NotFused{"the node " + quoted(node.name) + " lacks an input"};
  return node.inputs[index];
}

std::string_view output(const NodeView& node) {
  if (node.outputs.empty()) throw NotFused{"the node " + quoted(node.name) + " has no output"};
  return node.outputs[0];
}

WeightMatrix WeightMatrix::transposed() const {
  WeightMatrix other{n_columns, n_rows, values, integers, scales, 1 - scale_axis};
  const auto rows = static_cast<std::size_t>(n_rows);
  const auto columns = static_cast<std::size_t>(n_columns);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) {
      other.values[j * rows + i] = values[i * columns + j];
      if (!integers.empty()) other.integers[j * rows + i] = integers[i * columns + j];
    }
  return other;
}

Constants::Constants(const GraphView& graph) {
  for (const TensorView& tensor : graph.constants)
    if (tensor.graph == 0) tensors_.emplace(tensor.name, &tensor);
  for (const NodeView& node : graph.nodes)
    if (node.op_type == "DequantizeLinear" && tensors_.count(input(node, 0)) != 0)
      dequantisers_.emplace(output(node), &node);
}

const TensorView& Constants::tensor(std::string_view name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw NotFused{"the value " + quoted(name) + " is not a constant"};
  return *found->second;
}

Constants::Dequantised Constants::read(std::string_view name) const {
  const auto found = dequantisers_.find(name);
  if (found != dequantisers_.end()) return dequantise(*found->second);
  const TensorView& plain = tensor(name);
  return {elements<float>(plain, kElementFloat), {}, {}, 0, &plain.shape};
}

// https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html: (x - zero point) * scale, along one axis.
Constants::Dequantised Constants::dequantise(const NodeView& node) const {
  const TensorView& packed = tensor(input(node, 0));
  const std::vector<int32_t> places = integers(packed);
  const TensorView& scale = tensor(input(node, 1));
  Dequantised found{{}, {}, elements<float>(scale, kElementFloat), 1, &packed.shape};
  if (const AttributeView* axis = attribute(node, "axis")) found.scale_axis = axis->integer_value;
  const auto rank = static_cast<int64_t>(packed.shape.size());
  if (found.scale_axis < 0) found.scale_axis += rank;
  if (rank < 2) found.scale_axis = 0;
  const bool has_axis = found.scale_axis >= 0 && found.scale_axis < std::max<int64_t>(rank, 1);
  std::vector<int32_t> zeros(1, 0);
  if (node.inputs.size() > 2) zeros = integers(tensor(node.inputs[2]));

  std::size_t n_inside = 1;  // elements that follow each other at one index of the axis
  for (int64_t i = found.scale_axis + 1; has_axis && i < rank; ++i)
    n_inside *= static_cast<std::size_t>(packed.shape[static_cast<std::size_t>(i)]);
  const std::size_t n_scales = found.scales.size();
  const bool fits = n_scales == 1 || (has_axis && rank > 0 &&
                                      static_cast<int64_t>(n_scales) ==
                                          packed.shape[static_cast<std::size_t>(found.scale_axis)]);
  if (!fits || n_inside == 0 || (zeros.size() != 1 && zeros.size() != n_scales))
    throw NotFused{"the constant " + quoted(packed.name) + " has scales that do not fit it"};
  found.values.resize(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t channel = n_scales == 1 ? 0 : i / n_inside % n_scales;
    const int32_t zero = zeros[zeros.size() == 1 ? 0 : channel];
    found.values[i] = static_cast<float>(places[i] - zero) * found.scales[channel];
  }
  const bool around_zero = std::all_of(zeros.begin(), zeros.end(), [](int32_t zero) { return zero == 0; });
  if (packed.element_type == kElementInt8 && around_zero) found.integers.assign(places.begin(), places.end());
  return found;
}

WeightMatrix Constants::matrix(std::string_view name) const {
  Dequantised found = read(name);
  if (found.shape->size() != 2) throw NotFused{"the weights " + quoted(name) + " are not a matrix"};
  return {(*found.shape)[0],         (*found.shape)[1],       std::move(found.values),
          std::move(found.integers), std::move(found.scales), found.scale_axis};
}

std::vector<float> Constants::columns(std::string_view name, int n_columns) const {
  Dequantised found = read(name);
  std::vector<float> values = std::move(found.values);
  if (values.size() == 1)
    values.resize(static_cast<std::size_t>(n_columns), values[0]);
  else if (found.shape->back() != n_columns)
    values.clear();  // a column would spread over rows
  if (values.size() != static_cast<std::size_t>(n_columns))
    throw NotFused{"the constant " + quoted(name) + " does not have one element a column"};
  return values;
}

float Constants::number(std::string_view name) const { return columns(name, 1)[0]; }

std::vector<int8_t> Constants::int8(std::string_view name) const {
  return elements<int8_t>(tensor(name), kElementInt8);
}

Grid Constants::grid(const NodeView& node) const {
  Grid grid{number(input(node, 1)), 0};
  if (node.inputs.size() < 3) return grid;
  const TensorView& zero = tensor(node.inputs[2]);
  const std::vector<int32_t> places = integers(zero);
  if (places.size() != 1 || zero.element_type == kElementInt32 || !(grid.scale > 0))
    throw NotFused{"the node " + quoted(node.name) + " does not quantise to one grid of 8 bits"};
  grid.zero_point = places[0] + (zero.element_type == kElementInt8 ? kUint8OfInt8 : 0);
  return grid;
}

}  // namespace vmaf_dnn::fused
