// SPDX-License-Identifier: BSD-3-Clause
#include "onnx/known_constants.h"

#include <cstring>

namespace vmaf_dnn {
namespace {

constexpr std::size_t kMaxNumbers = 64;

template <typename T>
std::vector<double> decode(std::string_view bytes) {
  std::vector<double> numbers;
  for (; bytes.size() >= sizeof(T); bytes.remove_prefix(sizeof(T))) {
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    numbers.push_back(static_cast<double>(value));
  }
  return numbers;
}

}  // namespace

KnownConstants::KnownConstants(const GraphView& graph) {
  for (const TensorView& tensor : graph.constants) add(tensor.name, &tensor);
  for (const ValueView& input : graph.inputs) add(input.name, nullptr);
  for (const std::string& input : graph.subgraph_inputs) add(input, nullptr);
  for (const NodeView& node : graph.nodes)
    if (node.op_type != "Constant")
      for (const std::string_view output : node.outputs) add(output, nullptr);
}

void KnownConstants::add(std::string_view name, const TensorView* tensor) {
  const auto [entry, is_new] = tensors_.emplace(name, tensor);
  if (!is_new) entry->second = nullptr;
}

const TensorView* KnownConstants::find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() || name.empty() ? nullptr : found->second;
}

std::optional<std::vector<double>> KnownConstants::numbers(std::string_view name) const {
  const TensorView* tensor = find(name);
  if (tensor == nullptr) return std::nullopt;
  if (tensor->integers.size() > kMaxNumbers || tensor->bytes.size() > kMaxNumbers * sizeof(double))
    return std::nullopt;
  if (!tensor->integers.empty()) return std::vector<double>(tensor->integers.begin(), tensor->integers.end());
  switch (tensor->element_type) {
    case kElementFloat:
      return decode<float>(tensor->bytes);
    case kElementDouble:
      return decode<double>(tensor->bytes);
    case kElementInt32:
      return decode<int32_t>(tensor->bytes);
    case kElementInt64:
      return decode<int64_t>(tensor->bytes);
    default:
      return std::nullopt;
  }
}

std::optional<double> KnownConstants::number(std::string_view name) const {
  const auto all = numbers(name);
  return all && all->size() == 1 ? std::optional(all->front()) : std::nullopt;
}

}  // namespace vmaf_dnn
