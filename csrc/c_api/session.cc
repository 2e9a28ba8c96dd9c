// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "admission/limits.h"
#include "c_api/guard.h"
#include "c_api/handle.h"
#include "c_api/sized.h"
#include "ort/runtime.h"
#include "vmaf_dnn/vmaf_dnn.h"

namespace {

using vmaf_dnn::Code;
using vmaf_dnn::Error;
using vmaf_dnn::c_api::fill;
using vmaf_dnn::c_api::guarded;
using vmaf_dnn::c_api::known_part;
using vmaf_dnn::c_api::require;
using vmaf_dnn::c_api::to_int;

const char* device_of(const VmafDnnDevice& device) {
  const auto index = static_cast<std::size_t>(to_int(device));
  require(index < std::size(vmaf_dnn::kDevices), "The device is not a value of VmafDnnDevice.");
  return vmaf_dnn::kDevices[index];
}

vmaf_dnn::OpenOptions to_open_options(const char* model, const VmafDnnOptions& options) {
  vmaf_dnn::OpenOptions open;
  open.model = model;
  if (options.precision != nullptr) open.precision = vmaf_dnn::parse_precision(options.precision);
  if (options.engine != nullptr) open.engine = options.engine;
  if (options.registry != nullptr) open.registry = options.registry;
  open.device = device_of(options.config.device);
  open.device_index = options.config.device_index;
  open.fp16_io = options.config.fp16_io;
  open.n_threads = std::max(options.config.threads, 1);
  open.timeout_ms = options.timeout_ms;
  open.strict_device = options.strict_device;
  return open;
}

void check_rows(const vmaf_dnn::Session& session, size_t n_rows) {
  const auto n_features = static_cast<size_t>(std::max<int64_t>(session.contract().n_features, 1));
  const size_t most = PTRDIFF_MAX / (n_features * sizeof(float));
  if (n_rows > most)
    throw Error(Code::kInvalidArgument,
                "n_rows is " + std::to_string(n_rows) + ", but memory holds at most " + std::to_string(most) +
                    " rows of " + std::to_string(n_features) + " features; give the number of rows.");
}

void check_count(const char* what, size_t given, size_t wanted) {
  if (given != wanted)
    throw Error(Code::kInvalidArgument, std::string("n_") + what + " is " + std::to_string(given) +
                                            ", but the model has " + std::to_string(wanted) + " " + what +
                                            "; bind each once.");
}

// A rank says how much of `shape` may be read, so it comes first.
void check_rank(const vmaf_dnn::ValueView& wanted, size_t rank) {
  if (wanted.has_shape ? rank == wanted.shape.size() : rank <= vmaf_dnn::kMaxRank) return;
  const size_t expected = wanted.has_shape ? wanted.shape.size() : vmaf_dnn::kMaxRank;
  throw Error(Code::kInvalidArgument, "The input \"" + wanted.name + "\" has rank " + std::to_string(rank) +
                                          "; the model takes " + (wanted.has_shape ? "" : "at most ") +
                                          std::to_string(expected) + ".");
}

vmaf_dnn::TensorRef to_tensor(const vmaf_dnn::ValueView& wanted, const VmafDnnInput& input) {
  check_rank(wanted, input.rank);
  require(input.shape != nullptr || input.rank == 0, "The shape of an input is NULL; give one size a rank.");
  const bool is_empty = std::count(input.shape, input.shape + input.rank, 0) != 0;
  require(input.data != nullptr || is_empty, "The data of an input is NULL; give its elements.");
  return {wanted.name, input.data, std::vector<int64_t>(input.shape, input.shape + input.rank)};
}

std::vector<vmaf_dnn::TensorRef> to_tensors(const vmaf_dnn::Session& session, const VmafDnnInput* inputs,
                                            size_t n_inputs) {
  check_count("inputs", n_inputs, session.inputs().size());
  std::vector<vmaf_dnn::TensorRef> tensors;
  for (size_t i = 0; i < n_inputs; ++i) {
    const char* name = inputs[i].name;
    tensors.push_back(to_tensor(name == nullptr ? session.inputs()[i] : session.input(name), inputs[i]));
  }
  return tensors;
}

VmafDnnOutput& output_for(const vmaf_dnn::Session& session, const std::string& name, VmafDnnOutput* outputs,
                          size_t n_outputs) {
  for (size_t i = 0; i < n_outputs; ++i)
    if (name == (outputs[i].name == nullptr ? session.outputs()[i].name : outputs[i].name)) return outputs[i];
  throw Error(Code::kInvalidArgument,
              "The model's output \"" + name + "\" is not bound; bind every output once.");
}

void check_outputs(const vmaf_dnn::Session& session, VmafDnnOutput* outputs, size_t n_outputs) {
  check_count("outputs", n_outputs, session.outputs().size());
  for (const vmaf_dnn::ValueView& output : session.outputs())
    output_for(session, output.name, outputs, n_outputs);
  for (size_t i = 0; i < n_outputs; ++i)
    require(outputs[i].data != nullptr || outputs[i].capacity == 0,
            "The data of an output is NULL, but its capacity is not 0; give a buffer or no capacity.");
}

void copy_outputs(const vmaf_dnn::Session& session, const std::vector<vmaf_dnn::Tensor>& tensors,
                  VmafDnnOutput* outputs, size_t n_outputs) {
  std::string too_small;
  for (const vmaf_dnn::Tensor& tensor : tensors) {
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

}  // namespace

extern "C" {

int vmaf_dnn_available(void) { return 1; }

int vmaf_dnn_runtime_info(VmafDnnRuntimeInfo* info) {
  return guarded([&] {
    require(info != nullptr, "info is NULL.");
    VmafDnnRuntimeInfo found{0, "", "", 0};
    guarded([&] {
      const vmaf_dnn::ort::Runtime& runtime = vmaf_dnn::ort::require_runtime({});
      found = {0, runtime.version.c_str(), runtime.library.c_str(), 1};
    });
    fill(*info, found, "VmafDnnRuntimeInfo");
  });
}

int vmaf_dnn_session_open(VmafDnnSession** session, const char* model, const VmafDnnConfig* config) {
  VmafDnnOptions options{};
  options.struct_size = sizeof(options);
  if (config != nullptr) options.config = *config;
  return vmaf_dnn_session_open_with_options(session, model, &options);
}

int vmaf_dnn_session_open_with_options(VmafDnnSession** session, const char* model,
                                       const VmafDnnOptions* options) {
  return guarded([&] {
    require(session != nullptr, "session is NULL; give a place for the new session.");
    require(model != nullptr, "model is NULL; give a registry id or the path of an .onnx file.");
    const VmafDnnOptions known =
        options == nullptr ? VmafDnnOptions{} : known_part(*options, sizeof(size_t), "VmafDnnOptions");
    auto opened = vmaf_dnn::Session::open(to_open_options(model, known));
    *session = new VmafDnnSession{std::move(opened)};
  });
}

void vmaf_dnn_session_close(VmafDnnSession* session) { delete session; }

int vmaf_dnn_session_run_features(const VmafDnnSession* session, const float* rows, size_t n_rows,
                                  float* scores) {
  return guarded([&] {
    require(session != nullptr, "session is NULL.");
    require(n_rows == 0 || (rows != nullptr && scores != nullptr), "rows or scores is NULL.");
    check_rows(*session->session, n_rows);
    session->session->run_features(rows, static_cast<int64_t>(n_rows), scores);
  });
}

int vmaf_dnn_session_run(const VmafDnnSession* session, const VmafDnnInput* inputs, size_t n_inputs,
                         VmafDnnOutput* outputs, size_t n_outputs) {
  return guarded([&] {
    require(session != nullptr && inputs != nullptr && outputs != nullptr,
            "session, inputs or outputs is NULL.");
    const vmaf_dnn::Session& open = *session->session;

    check_outputs(open, outputs, n_outputs);
    copy_outputs(open, open.run(to_tensors(open, inputs, n_inputs)), outputs, n_outputs);
  });
}

const char* vmaf_dnn_session_attached_ep(const VmafDnnSession* session) {
  return session == nullptr ? nullptr : session->session->info().device_attached.c_str();
}

int vmaf_dnn_session_info(const VmafDnnSession* session, VmafDnnSessionInfo* info) {
  return guarded([&] {
    require(session != nullptr && info != nullptr, "session or info is NULL.");
    const vmaf_dnn::SessionInfo& from = session->session->info();
    const VmafDnnSessionInfo all{0,
                                 from.id.c_str(),
                                 from.kind.c_str(),
                                 from.path.c_str(),
                                 from.sha256.c_str(),
                                 from.pinned_by.c_str(),
                                 from.precision.c_str(),
                                 from.redirect.c_str(),
                                 from.engine.c_str(),
                                 from.engine_reason.c_str(),
                                 from.isa.c_str(),
                                 from.device_requested.c_str(),
                                 from.device_attached.c_str(),
                                 from.device_reason.c_str(),
                                 static_cast<int>(from.opset),
                                 static_cast<int>(session->session->contract().n_features),
                                 from.output_range[0],
                                 from.output_range[1]};
    fill(*info, all, "VmafDnnSessionInfo");
  });
}

const char* vmaf_dnn_version(void) { return VMAF_DNN_VERSION; }

}  // extern "C"
