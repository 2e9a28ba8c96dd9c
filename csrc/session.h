// SPDX-License-Identifier: BSD-3-Clause
// The only place that knows every room: open = resolve -> redirect -> admit -> engine -> contract.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "contract.h"
#include "engine/fused_mlp/plan.h"
#include "engine/ort_engine.h"
#include "registry/resolve.h"

namespace vmaf_dnn {

struct OpenOptions {
  std::string model;  // registry id or path
  Precision precision = Precision::kAuto;
  std::string engine = "auto";  // auto | fused | onnxruntime
  std::string device = "auto";  // a word of kDevices
  int device_index = 0;         // of several alike
  bool strict_device = false;
  int n_threads = 1;                     // <= 0: the engine's own choice
  int timeout_ms = 0;                    // of one call into ONNX Runtime; <= 0: none
  bool fp16_io = false;                  // round float32 to the float16 inputs of a model
  std::string registry;                  // empty: VMAF_DNN_REGISTRY, else the packaged one
  std::vector<std::string> search_path;  // folders where an onnxruntime wheel may be installed
};

struct SessionInfo {
  std::string id;
  std::string kind;
  std::string path;
  std::string sha256;
  std::string pinned_by;  // the registry or sidecar that states this digest; empty: nobody does
  std::size_t size_bytes = 0;
  int64_t opset = 0;
  std::string precision;  // fp32 | int8
  std::string redirect;
  bool fell_back = false;
  std::string engine;
  std::string engine_reason;
  std::string isa;  // of the fused kernel; empty for ONNX Runtime
  std::string device_requested;
  std::string device_attached;
  std::string device_reason;
  std::vector<std::string> inputs;  // "features: float32 [N, 6]"
  std::vector<std::string> outputs;
  std::vector<std::string> features;
  std::vector<std::array<double, 2>> feature_range;  // of the training rows; empty: not stated
  std::array<double, 2> output_range = {0.0, 100.0};
  std::string runtime_version;  // empty: no ONNX Runtime was needed
  std::string runtime_library;
};

// Words for devices, in the order of the C enum VmafDnnDevice.
inline constexpr const char* kDevices[] = {"auto",       "cpu",          "cuda",         "openvino",
                                           "rocm",       "coreml",       "coreml-ane",   "coreml-gpu",
                                           "coreml-cpu", "openvino-npu", "openvino-cpu", "openvino-gpu"};

// Immutable once open: any number of threads may run one session.
class Session {
 public:
  // Throws Error with any code of opening.
  static std::unique_ptr<Session> open(const OpenOptions& options);

  const SessionInfo& info() const { return info_; }
  const Contract& contract() const { return contract_; }
  bool is_fused() const { return tensor_engine_ == nullptr; }
  const std::vector<ValueView>& inputs() const { return inputs_; }
  const ValueView& input(const std::string& name) const;  // throws Error{kInvalidArgument}
  const std::vector<ValueView>& outputs() const { return outputs_; }

  // `rows` is (n_rows, contract().n_features), row-major. Throws Error{kUnsupported} for other models.
  void run_features(const float* rows, int64_t n_rows, float* scores) const;

  // Any model; checks names, ranks and sizes before it runs. Throws Error{kInvalidArgument}.
  std::vector<Tensor> run(const std::vector<TensorRef>& inputs) const;

 private:
  Session() = default;
  void choose_engine(const OpenOptions& options, const AdmittedModel& model);
  void take_fused_engine(const OpenOptions& options, const fused::Plan& plan);
  void take_ort_engine(const OpenOptions& options, const AdmittedModel& model);
  void check_inputs(const std::vector<TensorRef>& inputs) const;
  void check_input(const TensorRef& given) const;
  void check_type(const ValueView& input) const;
  void check_outputs() const;

  SessionInfo info_;
  Contract contract_;
  std::vector<ValueView> inputs_;
  std::vector<ValueView> outputs_;
  bool rounds_to_float16_ = false;
  std::unique_ptr<const Engine> engine_;
  const OrtEngine* tensor_engine_ = nullptr;  // engine_, where that runs tensors too
};

}  // namespace vmaf_dnn
