// SPDX-License-Identifier: BSD-3-Clause
#include "c_api/tensors.h"

#include <algorithm>

#include "c_api/guard.h"
#include "onnx/limits.h"

namespace vmaf_dnn::c_api {
namespace {

void check_count(const char* what, size_t given, size_t wanted) {
  if (given != wanted)
    throw Error(Code::kInvalidArgument, std::string("n_") + what + " is " + std::to_string(given) +
                                            ", but the model has " + std::to_string(wanted) + " " + what +
                                            "; bind each once.");
}

// A rank says how much of `shape` may be read, so it comes first.
void check_rank(const ValueView& wanted, size_t rank) {
  if (wanted.has_shape ? rank == wanted.shape.size() : rank <= kMaxRank) return;
  const size_t expected = wanted.has_shape ? wanted.shape.size() : kMaxRank;
  throw Error(Code::kInvalidArgument, "The input \"" + wanted.name + "\" has rank " + std::to_string(rank) +
                                          "; the model takes " + (wanted.has_shape ? "" : "at most ") +
                                          std::to_string(expected) + ".");
}

TensorRef to_tensor(const ValueView& wanted, const VmafDnnInput& input) {
  check_rank(wanted, input.rank);
  require(input.shape != nullptr || input.rank == 0, "The shape of an input is NULL; give one size a rank.");
  const bool is_empty = std::count(input.shape, input.shape + input.rank, 0) != 0;
  require(input.data != nullptr || is_empty, "The data of an input is NULL; give its elements.");
  return {wanted.name, input.data, std::vector<int64_t>(input.shape, input.shape + input.rank)};
}

VmafDnnOutput& output_for(const Session& session, const std::string& name, VmafDnnOutput* outputs,
                          size_t n_outputs) {
  for (size_t i = 0; i < n_outputs; ++i)
    if (name == (outputs[i].name == nullptr ? session.outputs()[i].name : outputs[i].name)) return outputs[i];
  throw Error(Code::kInvalidArgument,
              "The model's output \"" + name + "\" is not bound; bind every output once.");
}

}  // namespace

std::vector<TensorRef> to_tensors(const Session& session, const VmafDnnInput* inputs, size_t n_inputs) {
  check_count("inputs", n_inputs, session.inputs().size());
  std::vector<TensorRef> tensors;
  for (size_t i = 0; i < n_inputs; ++i) {
    const char* name = inputs[i].name;
    tensors.push_back(to_tensor(name == nullptr ? session.inputs()[i] : session.input(name), inputs[i]));
  }
  return tensors;
}

void check_outputs(const Session& session, VmafDnnOutput* outputs, size_t n_outputs) {
  check_count("outputs", n_outputs, session.outputs().size());
  for (const ValueView& output : session.outputs()) output_for(session, output.name, outputs, n_outputs);
  for (size_t i = 0; i < n_outputs; ++i)
    require(outputs[i].data != nullptr || outputs[i].capacity == 0,
            "The data of an output is NULL, but its capacity is not 0; give a buffer or no capacity.");
}

void copy_outputs(const Session& session, const std::vector<Tensor>& tensors, VmafDnnOutput* outputs,
                  size_t n_outputs) {
  std::string too_small;
  for (const Tensor& tensor : tensors) {
    VmafDnnOutput& output = output_for(session, tensor.name, outputs, n_outputs);
    output.written = tensor.data.size();
    if (output.written > output.capacity)
      too_small = "The output \"" + tensor.name + "\" has " + std::to_string(output.written) +
                  " elements, the buffer takes " + std::to_string(output.capacity) + "; make it larger.";
    else
      std::copy(tensor.data.begin(), tensor.data.end(), output.data);
  }
  if (!too_small.empty()) throw Error(Code::kNoSpace, too_small);
}

}  // namespace vmaf_dnn::c_api
