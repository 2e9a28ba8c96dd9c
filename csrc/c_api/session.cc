// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "c_api/guard.h"
#include "c_api/handle.h"
#include "c_api/sized.h"
#include "c_api/tensors.h"
#include "ort/runtime.h"
#include "vmaf_dnn/vmaf_dnn.h"

namespace {

using vmaf_dnn::Code;
using vmaf_dnn::Error;
using vmaf_dnn::c_api::check_outputs;
using vmaf_dnn::c_api::copy_outputs;
using vmaf_dnn::c_api::fill;
using vmaf_dnn::c_api::guarded;
using vmaf_dnn::c_api::known_part;
using vmaf_dnn::c_api::require;
using vmaf_dnn::c_api::to_int;
using vmaf_dnn::c_api::to_tensors;

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

void vmaf_dnn_session_close(VmafDnnSession* session) {
  guarded([&] { delete session; });
}

int vmaf_dnn_session_feature(const VmafDnnSession* session, int column, const char** feature) {
  return guarded([&] {
    require(session != nullptr && feature != nullptr, "session or feature is NULL.");
    const std::vector<std::string>& features = session->session->contract().requests;
    if (features.empty())
      throw Error(Code::kUnsupported, "The model " + session->session->info().id +
                                          " states no features; give it a sidecar with \"features\".");
    if (column < 0 || static_cast<size_t>(column) >= features.size())
      throw Error(Code::kInvalidArgument, "column is " + std::to_string(column) + "; it must be 0 to " +
                                              std::to_string(features.size() - 1) + ".");
    *feature = features[static_cast<size_t>(column)].c_str();
  });
}

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
