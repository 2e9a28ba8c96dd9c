// SPDX-License-Identifier: BSD-3-Clause
#include "ort/providers.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "ort/handles.h"

namespace vmaf_dnn::ort {
namespace {

constexpr const char* kCuda = "CUDAExecutionProvider";
constexpr const char* kOpenVino = "OpenVINOExecutionProvider";
constexpr const char* kRocm = "ROCMExecutionProvider";
constexpr const char* kCoreMl = "CoreMLExecutionProvider";

constexpr Provider kProviders[] = {
    {"cuda", "CUDA", kCuda, "CUDA", nullptr, nullptr},
    {"openvino", "OpenVINO:GPU", kOpenVino, "OpenVINO", "device_type", "GPU"},
    {"openvino", "OpenVINO:CPU", kOpenVino, "OpenVINO", "device_type", "CPU"},
    {"rocm", "ROCm", kRocm, "ROCM", nullptr, nullptr},
    {"coreml", "CoreML", kCoreMl, "CoreML", nullptr, nullptr},
    {"coreml-ane", "CoreML:ANE", kCoreMl, "CoreML", "MLComputeUnits", "CPUAndNeuralEngine"},
    {"coreml-gpu", "CoreML:GPU", kCoreMl, "CoreML", "MLComputeUnits", "CPUAndGPU"},
    {"coreml-cpu", "CoreML:CPU", kCoreMl, "CoreML", "MLComputeUnits", "CPUOnly"},
    {"openvino-npu", "OpenVINO:NPU", kOpenVino, "OpenVINO", "device_type", "NPU"},
    {"openvino-cpu", "OpenVINO:CPU", kOpenVino, "OpenVINO", "device_type", "CPU"},
    {"openvino-gpu", "OpenVINO:GPU", kOpenVino, "OpenVINO", "device_type", "GPU"},
};

constexpr const char* kAutoDevices[] = {"cuda", "openvino-gpu", "rocm", "coreml"};

void append_cuda(const Runtime& runtime, OrtSessionOptions* options, int device_index) {
  OrtCudaOptions* raw = nullptr;
  runtime.check(runtime.api->CreateCUDAProviderOptions(&raw), "make CUDA options");
  const CudaOptionsHandle cuda(raw, {&runtime});
  const std::string index = std::to_string(std::max(device_index, 0));
  const char* const keys[] = {"device_id"};
  const char* const values[] = {index.c_str()};
  runtime.check(runtime.api->UpdateCUDAProviderOptions(cuda.get(), keys, values, 1), "choose a CUDA device");
  runtime.check(runtime.api->SessionOptionsAppendExecutionProvider_CUDA_V2(options, cuda.get()),
                "attach CUDA");
}

}  // namespace

std::vector<const Provider*> providers_for(const std::string& device) {
  std::vector<const Provider*> wanted;
  const auto add = [&wanted](const std::string& word) {
    for (const Provider& provider : kProviders)
      if (word == provider.device) wanted.push_back(&provider);
  };
  if (device != "auto")
    add(device);
  else
    std::for_each(std::begin(kAutoDevices), std::end(kAutoDevices), add);
  return wanted;
}

std::vector<std::string> available_providers(const Runtime& runtime) {
  char** names = nullptr;
  int n_names = 0;
  runtime.check(runtime.api->GetAvailableProviders(&names, &n_names), "ask for its execution providers");
  std::vector<std::string> available(names, names + n_names);
  runtime.check(runtime.api->ReleaseAvailableProviders(names, n_names), "free a list");
  return available;
}

void append_provider(const Runtime& runtime, OrtSessionOptions* options, const Provider& provider,
                     int device_index) {
  if (std::string_view(provider.full_name) == kCuda) return append_cuda(runtime, options, device_index);
  const std::size_t n_settings = provider.key == nullptr ? 0 : 1;
  runtime.check(runtime.api->SessionOptionsAppendExecutionProvider(options, provider.name, &provider.key,
                                                                   &provider.value, n_settings),
                (std::string("attach ") + provider.label).c_str());
}

}  // namespace vmaf_dnn::ort
