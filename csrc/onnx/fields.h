// SPDX-License-Identifier: BSD-3-Clause
// Field numbers of onnx.proto, which never change.
#pragma once

#include <cstdint>

namespace vmaf_dnn {

namespace model_field {
enum : uint32_t {
  kProducerName = 2,
  kDoc = 6,
  kGraph = 7,
  kOpsetImport = 8,
  kMetadata = 14,
  kTrainingInfo = 20,
  kFunctions = 25
};
}
namespace opset_field {
enum : uint32_t { kDomain = 1, kVersion = 2 };
}
namespace graph_field {
enum : uint32_t {
  kNode = 1,
  kName = 2,
  kInitializer = 5,
  kDoc = 10,
  kInput = 11,
  kOutput = 12,
  kValueInfo = 13,
  kSparseInitializer = 15,
  kMetadata = 16
};
}
namespace node_field {
enum : uint32_t {
  kInput = 1,
  kOutput = 2,
  kName = 3,
  kOpType = 4,
  kAttribute = 5,
  kDoc = 6,
  kDomain = 7,
  kMetadata = 9
};
}
namespace attribute_field {
enum : uint32_t {
  kName = 1,
  kFloat = 2,
  kInteger = 3,
  kString = 4,
  kTensor = 5,
  kGraph = 6,
  kFloats = 7,
  kIntegers = 8,
  kTensors = 10,
  kGraphs = 11,
  kDoc = 13,
  kType = 20,
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
  kStringData = 6,
  kInt64Data = 7,
  kName = 8,
  kRawData = 9,
  kDoubleData = 10,
  kUint64Data = 11,
  kDoc = 12,
  kExternalData = 13,
  kDataLocation = 14,
  kMetadata = 16
};
}
namespace value_field {
enum : uint32_t { kName = 1, kType = 2, kDoc = 3, kMetadata = 4 };
}
namespace entry_field {
enum : uint32_t { kKey = 1, kValue = 2 };
}
namespace type_field {
enum : uint32_t { kTensorType = 1, kDenotation = 6 };
}
namespace tensor_type_field {
enum : uint32_t { kElementType = 1, kShape = 2 };
}
namespace shape_field {
enum : uint32_t { kDim = 1 };
}
namespace dim_field {
enum : uint32_t { kValue = 1, kName = 2 };
}

}  // namespace vmaf_dnn
