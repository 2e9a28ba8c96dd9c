// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <set>

#include "onnx/budget.h"
#include "onnx/fields.h"
#include "onnx/graph.h"
#include "onnx/limits.h"
#include "onnx/part_reader.h"
#include "onnx/wire.h"

namespace vmaf_dnn {
namespace {

class GraphReader {
 public:
  GraphView read_model(std::string_view bytes) {
    using namespace model_field;
    std::string_view graph;
    bool has_graph = false;
    WireReader reader(bytes, 0);
    while (const auto field = reader.next()) {
      switch (field->number()) {
        case kOpsetImport:
          read_opset(field->bytes());
          break;
        case kTrainingInfo:
          view_.has_training_info = true;
          break;
        case kFunctions:
          view_.has_local_functions = true;
          break;
        case kGraph:
          if (has_graph) throw Error(Code::kMalformed, "The model file holds two graphs; export it again.");
          has_graph = true;
          graph = field->bytes();
          break;
        case kMetadata:
          parts_.skim_metadata(*field);
          break;
        case kProducerName:
        case kDoc:
          break;
        default:
          parts_.skim(*field);
      }
    }
    if (!has_graph) throw Error(Code::kMalformed, "The model file holds no ONNX graph; give an .onnx file.");
    read_graph(graph, {graph_name(graph), 0}, 1);
    drop_filled_inputs();
    if (view_.opset < 1)
      throw Error(Code::kMalformed,
                  "The model file states no opset of the standard domain; export it again.");
    return std::move(view_);
  }

 private:
  static constexpr std::size_t kNoGraphYet = SIZE_MAX;

  void read_opset(std::string_view bytes) {
    using namespace opset_field;
    opset_imports_.take();
    std::string_view domain;
    int64_t version = 0;
    WireReader reader(bytes, fields({kDomain, kVersion}));
    while (const auto field = reader.next()) {
      if (field->number() == kDomain) domain = parts_.name(*field, kNoGraphYet);
      if (field->number() == kVersion) version = field->integer();
    }
    if (!domain.empty() && domain != "ai.onnx") return;
    if (view_.opset != 0)
      throw Error(Code::kMalformed,
                  "The model file states the opset of the standard domain twice; export it again.");
    view_.opset = version;
  }

  std::string_view graph_name(std::string_view bytes) {
    WireReader reader(bytes, 0);
    while (const auto field = reader.next())
      if (field->number() == graph_field::kName && !field->bytes().empty())
        return parts_.name(*field, kNoGraphYet);
    return "graph";
  }

  void read_graph(std::string_view bytes, SubgraphView named, int depth) {
    using namespace graph_field;
    const std::size_t index = view_.graphs.size();
    view_.graphs.push_back(named);
    if (depth > kMaxNesting)
      throw Error(Code::kTooLarge, "The graph " + path_of(view_, index) + " is nested deeper than " +
                                       std::to_string(kMaxNesting) +
                                       " levels, the most that is admitted; flatten the model.");
    WireReader reader(bytes, fields({kName, kDoc}));
    while (const auto field = reader.next()) {
      switch (field->number()) {
        case kNode:
          read_node(field->bytes(), index, depth);
          break;
        case kInitializer:
          constants_.take();
          view_.constants.push_back(parts_.tensor(field->bytes(), index));
          break;
        case kSparseInitializer:
          view_.has_sparse_tensors = true;
          break;
        case kInput:
        case kOutput:
        case kValueInfo:
          keep_value(field->number(), parts_.value(field->bytes(), index), depth);
          break;
        case kMetadata:
          parts_.skim_metadata(*field);
          break;
        case kName:
        case kDoc:
          break;
        default:
          parts_.skim(*field);
      }
    }
  }

  void keep_value(uint32_t role, ValueView value, int depth) {
    values_.take();
    if (depth == 1 && role == graph_field::kInput) view_.inputs.push_back(std::move(value));
    if (depth == 1 && role == graph_field::kOutput) view_.outputs.push_back(std::move(value));
    if (depth > 1 && role == graph_field::kInput) view_.subgraph_inputs.push_back(std::move(value.name));
  }

  void read_node(std::string_view bytes, std::size_t graph, int depth) {
    using namespace node_field;
    nodes_.take();
    NodeView node;
    node.graph = graph;
    std::vector<std::string_view> attributes;
    WireReader reader(bytes, fields({kName, kOpType, kDoc, kDomain}));
    while (const auto field = reader.next()) {
      switch (field->number()) {
        case kInput:
          node_names_.take();
          node.inputs.push_back(parts_.name(*field, graph));
          break;
        case kOutput:
          node_names_.take();
          node.outputs.push_back(parts_.name(*field, graph));
          break;
        case kName:
          node.name = parts_.name(*field, graph);
          break;
        case kOpType:
          node.op_type = parts_.name(*field, graph);
          break;
        case kDomain:
          node.domain = parts_.name(*field, graph);
          break;
        case kAttribute:
          attributes_.take();
          attributes.push_back(field->bytes());
          break;
        case kMetadata:
          parts_.skim_metadata(*field);
          break;
        case kDoc:
          break;
        default:
          parts_.skim(*field);
      }
    }
    const std::size_t index = view_.nodes.size();
    view_.nodes.push_back(std::move(node));
    for (const std::string_view attribute : attributes) read_attribute(attribute, index, depth);
  }

  void read_attribute(std::string_view bytes, std::size_t node_index, int depth) {
    using namespace attribute_field;
    AttributeView attribute;
    std::vector<std::string_view> tensors;
    std::vector<std::string_view> graphs;
    const std::size_t graph = view_.nodes[node_index].graph;
    WireReader reader(bytes, fields({kName, kFloat, kInteger, kString, kTensor, kGraph, kDoc, kType}));
    while (const auto field = reader.next()) {
      switch (field->number()) {
        case kName:
          attribute.name = parts_.name(*field, graph);
          break;
        case kFloat:
          attribute.float_value = field->real();
          break;
        case kInteger:
          attribute.integer_value = field->integer();
          attribute.integers.push_back(attribute.integer_value);
          break;
        case kIntegers:
          parts_.integers(*field, attribute.integers);
          break;
        case kTensor:
        case kTensors:
          constants_.take();
          tensors.push_back(field->bytes());
          break;
        case kGraph:
        case kGraphs:
          graphs_.take();
          graphs.push_back(field->bytes());
          break;
        case kSparseTensor:
        case kSparseTensors:
          view_.has_sparse_tensors = true;
          break;
        case kType:
        case kDoc:
          break;
        default:
          parts_.skim(*field);
      }
    }
    for (const std::string_view tensor : tensors) keep_constant(parts_.tensor(tensor, graph), node_index);
    keep_integers(attribute, node_index);
    const std::string_view name = attribute.name;
    view_.nodes[node_index].attributes.push_back(std::move(attribute));
    for (const std::string_view inner : graphs) read_graph(inner, {name, node_index}, depth + 1);
  }

  void keep_constant(TensorView tensor, std::size_t node_index) {
    const NodeView& node = view_.nodes[node_index];
    if (node.op_type != "Constant" || node.outputs.size() != 1) return;
    tensor.name = node.outputs[0];
    view_.constants.push_back(std::move(tensor));
  }

  void keep_integers(const AttributeView& attribute, std::size_t node_index) {
    if (attribute.name != "value_int" && attribute.name != "value_ints") return;
    TensorView tensor;
    tensor.element_type = kElementInt64;
    if (attribute.name == "value_ints") tensor.shape = {static_cast<int64_t>(attribute.integers.size())};
    tensor.integers = attribute.integers;
    tensor.graph = view_.nodes[node_index].graph;
    keep_constant(std::move(tensor), node_index);
  }

  // Before IR 4 every initializer was listed among the inputs too.
  void drop_filled_inputs() {
    std::set<std::string_view> filled;
    for (const TensorView& constant : view_.constants)
      if (constant.graph == 0) filled.insert(constant.name);
    const auto is_filled = [&](const ValueView& input) { return filled.count(input.name) != 0; };
    view_.inputs.erase(std::remove_if(view_.inputs.begin(), view_.inputs.end(), is_filled),
                       view_.inputs.end());
  }

  GraphView view_;
  PartReader parts_{view_};
  Budget graphs_{kMaxGraphs, "graphs inside it"};
  Budget nodes_{kMaxNodes, "nodes"};
  Budget constants_{kMaxConstants, "constants"};
  Budget values_{kMaxValues, "inputs, outputs and stated values"};
  Budget node_names_{kMaxNodeNames, "inputs and outputs of nodes"};
  Budget attributes_{kMaxAttributes, "attributes"};
  Budget opset_imports_{kMaxOpsetImports, "imports of operator sets"};
};

}  // namespace

GraphView read_graph(std::string_view model_bytes) { return GraphReader().read_model(model_bytes); }

}  // namespace vmaf_dnn
