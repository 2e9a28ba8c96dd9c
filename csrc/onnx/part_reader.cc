// SPDX-License-Identifier: BSD-3-Clause
#include "onnx/part_reader.h"

#include "base/text.h"
#include "onnx/fields.h"

namespace vmaf_dnn {
namespace {

// Which types onnx.proto keeps in which of its lists.
bool fits(uint32_t data_field, int element_type) {
  const bool is_float = element_type == kElementFloat;
  const bool is_double = element_type == kElementDouble;
  switch (data_field) {
    case tensor_field::kFloatData:
      return is_float;
    case tensor_field::kDoubleData:
      return is_double;
    case tensor_field::kInt32Data:
    case tensor_field::kInt64Data:
    case tensor_field::kUint64Data:
      return !is_float && !is_double;
    default:
      return true;
  }
}

}  // namespace

void PartReader::skim_metadata(const WireField& field) {
  metadata_.take();
  WireReader entry(field.bytes(), fields({entry_field::kKey, entry_field::kValue}));
  while (const auto part = entry.next())
    if (part->number() != entry_field::kKey && part->number() != entry_field::kValue) skim(*part);
}

std::string_view PartReader::name(const WireField& field, std::size_t graph) const {
  const std::string_view bytes = field.bytes();
  const auto place = [&] { return graph < view_.graphs.size() ? " in " + path_of(view_, graph) : ""; };
  if (bytes.size() > kMaxNameBytes)
    throw Error(Code::kTooLarge, "A name" + place() + " has " + std::to_string(bytes.size()) +
                                     " bytes, at most " + std::to_string(kMaxNameBytes) +
                                     " are admitted; export the model with shorter names.");
  if (!is_text(bytes))
    throw Error(
        Code::kMalformed,
        "A name" + place() + " is not UTF-8 text without control characters; export the model again.");
  return bytes;
}

void PartReader::integers(const WireField& field, std::vector<int64_t>& to) {
  WireIntegers values(field);
  while (const auto value = values.next()) {
    listed_.take();
    to.push_back(*value);
  }
}

TensorView PartReader::tensor(std::string_view bytes, std::size_t graph) {
  using namespace tensor_field;
  TensorView tensor;
  tensor.graph = graph;
  Storage storage;
  WireReader reader(bytes,
                    fields({kElementType, kFloatData, kName, kRawData, kDoubleData, kDoc, kDataLocation}));
  while (const auto field = reader.next()) {
    const uint32_t number = field->number();
    switch (number) {
      case kName:
        tensor.name = name(*field, graph);
        break;
      case kElementType:
        tensor.element_type = static_cast<int>(field->integer());
        break;
      case kDims:
        integers(*field, tensor.shape);
        break;
      case kFloatData:
      case kRawData:
      case kDoubleData:
      case kInt32Data:
      case kInt64Data:
      case kUint64Data:
        if (storage.field != 0 && storage.field != number)
          throw Error(Code::kMalformed,
                      named(tensor) + " holds its elements twice, in two fields; export the model again.");
        storage.field = number;
        if (number == kFloatData || number == kRawData || number == kDoubleData)
          tensor.bytes = field->bytes();
        else
          integers(*field, tensor.integers);
        break;
      case kExternalData:
        storage.is_external = true;
        break;
      case kDataLocation:
        storage.is_external = storage.is_external || field->integer() != 0;
        break;
      case kMetadata:
        skim_metadata(*field);
        break;
      case kDoc:
        break;
      default:
        skim(*field);
    }
  }
  check_tensor(tensor, storage);
  return tensor;
}

std::string PartReader::named(const TensorView& tensor) const {
  return "The tensor \"" + std::string(tensor.name) + "\" in " + path_of(view_, tensor.graph);
}

void PartReader::check_tensor(const TensorView& tensor, const Storage& storage) {
  if (storage.is_external)
    throw Error(Code::kNotAllowed,
                "The tensor \"" + std::string(tensor.name) +
                    "\" lies outside the model file, where no digest covers it (it is of " +
                    path_of(view_, tensor.graph) + "); save the model in one file.");
  const ElementType type = element_type(tensor.element_type);
  if (type.n_bytes == 0)
    throw Error(Code::kNotAllowed, named(tensor) + " has elements of type " +
                                       std::to_string(tensor.element_type) + " (" + type.name +
                                       "); only constants that are plain numbers are admitted.");
  if (tensor.shape.size() > kMaxRank)
    throw Error(Code::kTooLarge, named(tensor) + " has rank " + std::to_string(tensor.shape.size()) +
                                     ", at most " + std::to_string(kMaxRank) + " is admitted; reshape it.");
  double n_elements = 1;
  for (const int64_t size : tensor.shape) {
    if (size < 0)
      throw Error(Code::kMalformed, named(tensor) + " has a shape with " + std::to_string(size) +
                                        ", which is no size; export the model again.");
    n_elements *= static_cast<double>(size);
  }
  const double n_bytes = n_elements * static_cast<double>(type.n_bytes);
  if (n_bytes > static_cast<double>(kMaxTensorBytes))
    throw Error(Code::kTooLarge, named(tensor) + " of shape " + describe(tensor.shape) + " takes more than " +
                                     std::to_string(kMaxTensorBytes) +
                                     " bytes, the most that is admitted; make it smaller.");
  const bool is_listed = !tensor.integers.empty();
  const auto wanted = static_cast<std::size_t>(is_listed ? n_elements : n_bytes);
  const std::size_t given = is_listed ? tensor.integers.size() : tensor.bytes.size();
  if (!fits(storage.field, tensor.element_type))
    throw Error(Code::kMalformed, named(tensor) + " keeps its elements where those of another type than " +
                                      type.name + " belong; export the model again.");
  if (given != wanted)
    throw Error(Code::kMalformed, named(tensor) + " holds " + std::to_string(given) +
                                      (is_listed ? " numbers" : " bytes") + ", but its shape " +
                                      describe(tensor.shape) + " of " + type.name + " takes " +
                                      std::to_string(wanted) + "; export the model again.");
  constant_bytes_.take(static_cast<std::size_t>(n_bytes));
}

ValueView PartReader::value(std::string_view bytes, std::size_t graph) {
  using namespace value_field;
  ValueView value;
  WireReader reader(bytes, fields({kName, kType, kDoc}));
  std::string_view type;
  while (const auto field = reader.next()) {
    if (field->number() == kName)
      value.name = name(*field, graph);
    else if (field->number() == kType)
      type = field->bytes();
    else if (field->number() == kMetadata)
      skim_metadata(*field);
    else if (field->number() != kDoc)
      skim(*field);
  }
  read_type(type, value, graph);
  return value;
}

void PartReader::read_type(std::string_view bytes, ValueView& value, std::size_t graph) {
  const auto refuse = [&](const std::string& complaint) {
    throw Error(Code::kNotAllowed, "The value \"" + value.name + "\" in " + path_of(view_, graph) + " " +
                                       complaint + "; only tensors of numbers are admitted.");
  };
  WireReader type(bytes, fields({type_field::kTensorType}));
  while (const auto field = type.next()) {
    if (field->number() == type_field::kDenotation) continue;
    if (field->number() != type_field::kTensorType) refuse("is not a tensor");
    using namespace tensor_type_field;
    WireReader tensor(field->bytes(), fields({kElementType, kShape}));
    while (const auto part = tensor.next()) {
      if (part->number() == kElementType) value.element_type = static_cast<int>(part->integer());
      if (part->number() != kShape) continue;
      value.has_shape = true;
      read_shape(part->bytes(), value, graph);
    }
  }
  if (value.element_type == kElementString) refuse("is a tensor of strings");
}

void PartReader::read_shape(std::string_view bytes, ValueView& value, std::size_t graph) {
  WireReader dims(bytes, 0);
  while (const auto dim = dims.next()) {
    if (dim->number() != shape_field::kDim) {
      skim(*dim);
      continue;
    }
    if (value.shape.size() == kMaxRank)
      throw Error(Code::kTooLarge, "The value \"" + value.name + "\" in " + path_of(view_, graph) +
                                       " has a rank above " + std::to_string(kMaxRank) +
                                       ", the highest that is admitted; reshape it.");
    int64_t size = kDynamic;
    WireReader parts(dim->bytes(), fields({dim_field::kValue, dim_field::kName}));
    while (const auto part = parts.next())  // a union, of which the last counts
      if (part->number() == dim_field::kValue)
        size = part->integer();
      else if (part->number() == dim_field::kName)
        size = kDynamic;
    value.shape.push_back(size < 0 ? kDynamic : size);
  }
}

}  // namespace vmaf_dnn
