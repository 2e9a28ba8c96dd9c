// SPDX-License-Identifier: BSD-3-Clause
#include "admission/graph.h"

#include <algorithm>
#include <set>

#include "admission/wire.h"
#include "error.h"

namespace vmaf_dnn {
namespace {

constexpr int kMaxNesting = 8;
// Of each of nodes, graphs, constants, inputs and outputs: a hundred times what any known tiny model has.
constexpr std::size_t kMaxParts = 20'000;

// Field numbers of onnx.proto, which never change.
namespace model_field {
enum : uint32_t { kGraph = 7, kOpsetImport = 8, kTrainingInfo = 20, kFunctions = 25 };
}
namespace opset_field {
enum : uint32_t { kDomain = 1, kVersion = 2 };
}
namespace graph_field {
enum : uint32_t {
  kNode = 1,
  kName = 2,
  kInitializer = 5,
  kInput = 11,
  kOutput = 12,
  kSparseInitializer = 15
};
}
namespace node_field {
enum : uint32_t { kInput = 1, kOutput = 2, kName = 3, kOpType = 4, kAttribute = 5, kDomain = 7 };
}
namespace attribute_field {
enum : uint32_t {
  kName = 1,
  kFloat = 2,
  kInteger = 3,
  kTensor = 5,
  kGraph = 6,
  kTensors = 10,
  kGraphs = 11,
  kSparseTensor = 22,
  kSparseTensors = 23
};
}
namespace tensor_field {
enum : uint32_t {
  kDims = 1,
  kElementType = 2,
  kFloatData = 4,
  kInt32Data = 5,
  kInt64Data = 7,
  kName = 8,
  kRawData = 9,
  kExternalData = 13,
  kDataLocation = 14
};
}
namespace value_field {
enum : uint32_t { kName = 1, kType = 2 };
}
namespace type_field {
enum : uint32_t { kTensorType = 1, kElementType = 1, kShape = 2, kDim = 1, kDimValue = 1 };
}

// Length of the UTF-8 sequence that starts `text`, or 0 if none does (RFC 3629, section 4).
std::size_t sequence_length(std::string_view text) {
  struct Lead {
    unsigned char first, last;             // of the leading byte
    unsigned char second_min, second_max;  // of the byte after it
    std::size_t length;
  };
  static constexpr Lead kLeads[] = {
      {0x00, 0x7f, 0x00, 0xff, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
      {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
      {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (const Lead& lead : kLeads) {
    if (byte(0) < lead.first || byte(0) > lead.last || text.size() < lead.length) continue;
    if (lead.length > 1 && (byte(1) < lead.second_min || byte(1) > lead.second_max)) return 0;
    for (std::size_t i = 2; i < lead.length; ++i)
      if ((byte(i) & 0xc0U) != 0x80) return 0;
    return lead.length;
  }
  return 0;
}

// Names end up in errors and in Python strings, so they must be text.
std::string_view as_text(std::string_view bytes) {
  const auto is_ascii = [](char byte) { return static_cast<unsigned char>(byte) < 0x80; };
  if (std::all_of(bytes.begin(), bytes.end(), is_ascii)) return bytes;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t length = sequence_length(rest);
    if (length == 0)
      throw Error(Code::kMalformed, "The model file has a name that is not UTF-8 text; export it again.");
    rest.remove_prefix(length);
  }
  return bytes;
}

template <typename T>
void append(std::vector<T>& parts, T part) {
  if (parts.size() == kMaxParts)
    throw Error(Code::kTooLarge, "The model has more than " + std::to_string(kMaxParts) +
                                     " nodes, graphs, constants, inputs or outputs; simplify it.");
  parts.push_back(std::move(part));
}

class GraphReader {
 public:
  GraphView read_model(std::string_view bytes) {
    std::string_view graph;
    bool has_graph = false;
    WireReader reader(bytes);
    while (const auto field = reader.next()) {
      if (field->number() == model_field::kOpsetImport) read_opset(field->bytes());
      if (field->number() == model_field::kTrainingInfo) view_.has_training_info = true;
      if (field->number() == model_field::kFunctions) view_.has_local_functions = true;
      if (field->number() != model_field::kGraph) continue;
      if (has_graph) throw Error(Code::kMalformed, "The model file holds two graphs; export it again.");
      has_graph = true;
      graph = field->bytes();
    }
    if (!has_graph) throw Error(Code::kMalformed, "The model file holds no ONNX graph; give an .onnx file.");
    read_graph(graph, graph_name(graph), 1);
    drop_filled_inputs();
    if (view_.opset < 1)
      throw Error(Code::kMalformed,
                  "The model file states no opset of the standard domain; export it again.");
    return std::move(view_);
  }

 private:
  void read_opset(std::string_view bytes) {
    std::string_view domain;
    int64_t version = 0;
    WireReader reader(bytes);
    while (const auto field = reader.next()) {
      if (field->number() == opset_field::kDomain) domain = as_text(field->bytes());
      if (field->number() == opset_field::kVersion) version = field->integer();
    }
    view_.domains.push_back(domain);
    if (domain.empty() || domain == "ai.onnx") view_.opset = version;
  }

  void read_graph(std::string_view bytes, std::string path, int depth) {
    if (depth > kMaxNesting)
      throw Error(Code::kMalformed, "The graph " + path + " is nested deeper than " +
                                        std::to_string(kMaxNesting) + " levels; flatten the model.");
    const std::size_t index = view_.graph_paths.size();
    append(view_.graph_paths, std::move(path));
    WireReader reader(bytes);
    while (const auto field = reader.next()) {
      if (field->number() == graph_field::kNode) read_node(field->bytes(), index, depth);
      if (field->number() == graph_field::kSparseInitializer) view_.has_sparse_tensors = true;
      if (field->number() == graph_field::kInitializer) {
        TensorView tensor = read_tensor(field->bytes());
        if (depth == 1) append(view_.constants, std::move(tensor));
      }
      if (depth == 1 && field->number() == graph_field::kInput)
        append(view_.inputs, read_value(field->bytes()));
      if (depth == 1 && field->number() == graph_field::kOutput)
        append(view_.outputs, read_value(field->bytes()));
    }
  }

  static std::string graph_name(std::string_view bytes) {
    WireReader reader(bytes);
    while (const auto field = reader.next())
      if (field->number() == graph_field::kName) return std::string(as_text(field->bytes()));
    return "graph";
  }

  void read_node(std::string_view bytes, std::size_t graph, int depth) {
    NodeView node;
    node.graph = graph;
    std::vector<std::string_view> attributes;
    WireReader reader(bytes);
    while (const auto field = reader.next()) {
      if (field->number() == node_field::kInput) node.inputs.push_back(as_text(field->bytes()));
      if (field->number() == node_field::kOutput) node.outputs.push_back(as_text(field->bytes()));
      if (field->number() == node_field::kName) node.name = as_text(field->bytes());
      if (field->number() == node_field::kOpType) node.op_type = as_text(field->bytes());
      if (field->number() == node_field::kDomain) node.domain = as_text(field->bytes());
      if (field->number() == node_field::kAttribute) attributes.push_back(field->bytes());
    }
    const std::size_t index = view_.nodes.size();
    append(view_.nodes, std::move(node));
    for (const std::string_view attribute : attributes) read_attribute(attribute, index, depth);
  }

  void read_attribute(std::string_view bytes, std::size_t node_index, int depth) {
    AttributeView attribute;
    WireReader reader(bytes);
    while (const auto field = reader.next()) {
      if (field->number() == attribute_field::kName) attribute.name = as_text(field->bytes());
      if (field->number() == attribute_field::kSparseTensor ||
          field->number() == attribute_field::kSparseTensors)
        view_.has_sparse_tensors = true;
      if (field->number() == attribute_field::kFloat) attribute.float_value = field->real();
      if (field->number() == attribute_field::kInteger) attribute.integer_value = field->integer();
      if (field->number() == attribute_field::kTensor || field->number() == attribute_field::kTensors)
        keep_constant(read_tensor(field->bytes()), node_index, depth);
      if (field->number() == attribute_field::kGraph || field->number() == attribute_field::kGraphs)
        read_graph(field->bytes(), path_of(node_index, attribute.name), depth + 1);
    }
    view_.nodes[node_index].attributes.push_back(attribute);
  }

  std::string path_of(std::size_t node_index, std::string_view attribute) const {
    const NodeView& node = view_.nodes[node_index];
    return view_.graph_paths[node.graph] + "/" + std::string(node.name) + "." + std::string(attribute);
  }

  void keep_constant(TensorView tensor, std::size_t node_index, int depth) {
    const NodeView& node = view_.nodes[node_index];
    if (depth > 1 || node.op_type != "Constant" || node.outputs.size() != 1) return;
    tensor.name = node.outputs[0];
    append(view_.constants, std::move(tensor));
  }

  TensorView read_tensor(std::string_view bytes) {
    TensorView tensor;
    bool is_external = false;
    WireReader reader(bytes);
    while (const auto field = reader.next()) {
      switch (field->number()) {
        case tensor_field::kName:
          tensor.name = as_text(field->bytes());
          break;
        case tensor_field::kElementType:
          tensor.element_type = static_cast<int>(field->integer());
          break;
        case tensor_field::kDims:
          for (const int64_t size : field->integers()) tensor.shape.push_back(size);
          break;
        case tensor_field::kFloatData:
        case tensor_field::kRawData:
          tensor.bytes = field->bytes();
          break;
        case tensor_field::kInt32Data:
        case tensor_field::kInt64Data:
          for (const int64_t value : field->integers()) tensor.integers.push_back(value);
          break;
        case tensor_field::kExternalData:
          is_external = true;
          break;
        case tensor_field::kDataLocation:
          is_external = is_external || field->integer() != 0;
          break;
      }
    }
    if (is_external && view_.external_initializer.empty())
      view_.external_initializer = tensor.name.empty() ? "(unnamed)" : tensor.name;
    return tensor;
  }

  static ValueView read_value(std::string_view bytes) {
    ValueView value;
    WireReader reader(bytes);
    while (const auto field = reader.next()) {
      if (field->number() == value_field::kName) value.name = as_text(field->bytes());
      if (field->number() == value_field::kType) read_type(field->bytes(), value);
    }
    return value;
  }

  static void read_type(std::string_view bytes, ValueView& value) {
    WireReader type(bytes);
    while (const auto field = type.next()) {
      if (field->number() != type_field::kTensorType) continue;
      WireReader tensor(field->bytes());
      while (const auto part = tensor.next()) {
        if (part->number() == type_field::kElementType)
          value.element_type = static_cast<int>(part->integer());
        if (part->number() != type_field::kShape) continue;
        value.has_shape = true;
        read_shape(part->bytes(), value.shape);
      }
    }
  }

  static void read_shape(std::string_view bytes, std::vector<int64_t>& shape) {
    WireReader dims(bytes);
    while (const auto dim = dims.next()) {
      if (dim->number() != type_field::kDim) continue;
      int64_t size = kDynamic;
      WireReader parts(dim->bytes());
      while (const auto part = parts.next())
        if (part->number() == type_field::kDimValue) size = part->integer();
      shape.push_back(size < 0 ? kDynamic : size);
    }
  }

  // Before IR 4 every initializer was listed among the inputs too.
  void drop_filled_inputs() {
    std::set<std::string_view> filled;
    for (const TensorView& constant : view_.constants) filled.insert(constant.name);
    const auto is_filled = [&](const ValueView& input) { return filled.count(input.name) != 0; };
    view_.inputs.erase(std::remove_if(view_.inputs.begin(), view_.inputs.end(), is_filled),
                       view_.inputs.end());
  }

  GraphView view_;
};

// Names of TensorProto.DataType, in its order.
constexpr const char* kElementNames[] = {
    "undefined", "float32", "uint8",   "int8",   "uint16", "int16",     "int32",      "int64",   "string",
    "bool",      "float16", "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16"};

}  // namespace

GraphView read_graph(std::string_view model_bytes) { return GraphReader().read_model(model_bytes); }

std::string describe(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t size : shape)
    text += (text.empty() ? "" : ", ") + (size == kDynamic ? "N" : std::to_string(size));
  return "[" + text + "]";
}

std::string describe(const ValueView& value) {
  const auto type = static_cast<std::size_t>(value.element_type);
  const char* type_name = type < std::size(kElementNames) ? kElementNames[type] : "of an unknown type";
  return value.name + ": " + type_name + " " + (value.has_shape ? describe(value.shape) : "of any shape");
}

}  // namespace vmaf_dnn
