// SPDX-License-Identifier: BSD-3-Clause
// Reads the parts of a graph that hold no graphs themselves: names, tensors, values.
#pragma once

#include <string_view>
#include <vector>

#include "onnx/budget.h"
#include "onnx/graph.h"
#include "onnx/limits.h"
#include "onnx/wire.h"

namespace vmaf_dnn {

class PartReader {
 public:
  explicit PartReader(const GraphView& view) : view_(view) {}

  // Every reading throws Error that names the part and the path of `graph`, where it stands.
  std::string_view name(const WireField& field, std::size_t graph) const;
  TensorView tensor(std::string_view bytes, std::size_t graph);
  ValueView value(std::string_view bytes, std::size_t graph);
  void integers(const WireField& field, std::vector<int64_t>& to);

  // Passes over a field that nobody here reads: it costs whoever does read it.
  void skim(const WireField& field) { unread_.take(8 + (field.is_bytes() ? field.bytes().size() : 0)); }

  // Passes over an entry of metadata: exporters write stack traces there.
  void skim_metadata(const WireField& field);

 private:
  // Where a tensor keeps its elements: one of its data fields, or none (0).
  struct Storage {
    uint32_t field = 0;
    bool is_external = false;
  };
  void check_tensor(const TensorView& tensor, const Storage& storage);
  std::string named(const TensorView& tensor) const;
  void read_type(std::string_view bytes, ValueView& value, std::size_t graph);
  void read_shape(std::string_view bytes, ValueView& value, std::size_t graph);

  const GraphView& view_;
  Budget unread_{kMaxUnreadBytes, "bytes of fields that scoring has no use for"};
  Budget metadata_{kMaxMetadata, "entries of metadata"};
  Budget listed_{kMaxListed, "numbers that are listed one by one"};
  Budget constant_bytes_{kMaxConstantBytes, "bytes of constants"};
};

}  // namespace vmaf_dnn
