// SPDX-License-Identifier: BSD-3-Clause
// Our slice of the function table of the ONNX Runtime C API (https://onnxruntime.ai, MIT licence).
//
// The table is append-only: a function never leaves its slot, so naming the slots that we call, with
// gaps between them, describes every runtime from the floor version on. A wrong slot would be silent,
// hence one static_assert for each member. All of it lives in our namespace and can't collide with
// the real header.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vmaf_dnn::ort {

struct OrtStatus;
struct OrtEnv;
struct OrtSession;
struct OrtSessionOptions;
struct OrtRunOptions;
struct OrtMemoryInfo;
struct OrtValue;
struct OrtTensorTypeAndShapeInfo;
struct OrtCudaOptions;  // OrtCUDAProviderOptionsV2

// Opset 17, which the tiny models are written in, came with ONNX Runtime 1.12; every function below is older.
inline constexpr uint32_t kApiVersion = 12;

// What ONNX Runtime allocates through. Later versions look at `version` before they use what they appended.
struct OrtAllocator {
  uint32_t version;
  void* (*Alloc)(OrtAllocator*, size_t n_bytes);
  void (*Free)(OrtAllocator*, void* block);
  const OrtMemoryInfo* (*Info)(const OrtAllocator*);
};

inline constexpr int kLogWarning = 2;
inline constexpr int kSequential = 0;
inline constexpr int kNoOptimization = 0;
inline constexpr int kDeviceAllocator = 0;
inline constexpr int kMemTypeDefault = 0;

using LogFunction = void (*)(void* param, int severity, const char* category, const char* log_id,
                             const char* code_location, const char* message);
using Gap = void (*)();

struct OrtApi {
  Gap gap_0[2];
  const char* (*GetErrorMessage)(const OrtStatus*);
  Gap gap_3[1];
  OrtStatus* (*CreateEnvWithCustomLogger)(LogFunction, void* param, int severity, const char* log_id,
                                          OrtEnv** out);
  Gap gap_5[3];
  OrtStatus* (*CreateSessionFromArray)(const OrtEnv*, const void* data, size_t size_bytes,
                                       const OrtSessionOptions*, OrtSession** out);
  OrtStatus* (*Run)(OrtSession*, const OrtRunOptions*, const char* const* input_names,
                    const OrtValue* const* inputs, size_t n_inputs, const char* const* output_names,
                    size_t n_outputs, OrtValue** outputs);
  OrtStatus* (*CreateSessionOptions)(OrtSessionOptions** out);
  Gap gap_11[2];
  OrtStatus* (*SetSessionExecutionMode)(OrtSessionOptions*, int mode);
  Gap gap_14[3];
  OrtStatus* (*DisableMemPattern)(OrtSessionOptions*);
  Gap gap_18[1];
  OrtStatus* (*DisableCpuMemArena)(OrtSessionOptions*);
  Gap gap_20[3];
  OrtStatus* (*SetSessionGraphOptimizationLevel)(OrtSessionOptions*, int level);
  OrtStatus* (*SetIntraOpNumThreads)(OrtSessionOptions*, int n_threads);
  Gap gap_25[14];
  OrtStatus* (*CreateRunOptions)(OrtRunOptions** out);
  Gap gap_40[6];
  OrtStatus* (*RunOptionsSetTerminate)(OrtRunOptions*);
  Gap gap_47[2];
  OrtStatus* (*CreateTensorWithDataAsOrtValue)(const OrtMemoryInfo*, void* data, size_t size_bytes,
                                               const int64_t* shape, size_t rank, int element_type,
                                               OrtValue** out);
  Gap gap_50[1];
  OrtStatus* (*GetTensorMutableData)(OrtValue*, void** out);
  Gap gap_52[8];
  OrtStatus* (*GetTensorElementType)(const OrtTensorTypeAndShapeInfo*, int* out);
  OrtStatus* (*GetDimensionsCount)(const OrtTensorTypeAndShapeInfo*, size_t* out);
  OrtStatus* (*GetDimensions)(const OrtTensorTypeAndShapeInfo*, int64_t* dims, size_t n_dims);
  Gap gap_63[2];
  OrtStatus* (*GetTensorTypeAndShape)(const OrtValue*, OrtTensorTypeAndShapeInfo** out);
  Gap gap_66[3];
  OrtStatus* (*CreateCpuMemoryInfo)(int allocator_type, int mem_type, OrtMemoryInfo** out);
  Gap gap_70[23];
  void (*ReleaseStatus)(OrtStatus*);
  void (*ReleaseMemoryInfo)(OrtMemoryInfo*);
  void (*ReleaseSession)(OrtSession*);
  void (*ReleaseValue)(OrtValue*);
  void (*ReleaseRunOptions)(OrtRunOptions*);
  Gap gap_98[1];
  void (*ReleaseTensorTypeAndShapeInfo)(OrtTensorTypeAndShapeInfo*);
  void (*ReleaseSessionOptions)(OrtSessionOptions*);
  Gap gap_101[24];
  OrtStatus* (*GetAvailableProviders)(char*** names, int* n_names);
  OrtStatus* (*ReleaseAvailableProviders)(char** names, int n_names);
  Gap gap_127[3];
  OrtStatus* (*AddSessionConfigEntry)(OrtSessionOptions*, const char* key, const char* value);
  Gap gap_131[45];
  OrtStatus* (*RegisterAllocator)(OrtEnv*, OrtAllocator*);
  Gap gap_177[27];
  OrtStatus* (*SessionOptionsAppendExecutionProvider_CUDA_V2)(OrtSessionOptions*, const OrtCudaOptions*);
  OrtStatus* (*CreateCUDAProviderOptions)(OrtCudaOptions** out);
  OrtStatus* (*UpdateCUDAProviderOptions)(OrtCudaOptions*, const char* const* keys, const char* const* values,
                                          size_t n_keys);
  Gap gap_207[1];
  void (*ReleaseCUDAProviderOptions)(OrtCudaOptions*);
  Gap gap_209[7];
  OrtStatus* (*SessionOptionsAppendExecutionProvider)(OrtSessionOptions*, const char* name,
                                                      const char* const* keys, const char* const* values,
                                                      size_t n_keys);
};

struct OrtApiBase {
  const OrtApi* (*GetApi)(uint32_t version);
  const char* (*GetVersionString)();
};

#define VMAF_DNN_ASSERT_SLOT(member, slot) \
  static_assert(offsetof(OrtApi, member) == (slot) * sizeof(Gap), #member " is not in its slot")
VMAF_DNN_ASSERT_SLOT(GetErrorMessage, 2);
VMAF_DNN_ASSERT_SLOT(CreateEnvWithCustomLogger, 4);
VMAF_DNN_ASSERT_SLOT(CreateSessionFromArray, 8);
VMAF_DNN_ASSERT_SLOT(Run, 9);
VMAF_DNN_ASSERT_SLOT(CreateSessionOptions, 10);
VMAF_DNN_ASSERT_SLOT(SetSessionExecutionMode, 13);
VMAF_DNN_ASSERT_SLOT(DisableMemPattern, 17);
VMAF_DNN_ASSERT_SLOT(DisableCpuMemArena, 19);
VMAF_DNN_ASSERT_SLOT(SetSessionGraphOptimizationLevel, 23);
VMAF_DNN_ASSERT_SLOT(SetIntraOpNumThreads, 24);
VMAF_DNN_ASSERT_SLOT(CreateRunOptions, 39);
VMAF_DNN_ASSERT_SLOT(RunOptionsSetTerminate, 46);
VMAF_DNN_ASSERT_SLOT(CreateTensorWithDataAsOrtValue, 49);
VMAF_DNN_ASSERT_SLOT(GetTensorMutableData, 51);
VMAF_DNN_ASSERT_SLOT(GetTensorElementType, 60);
VMAF_DNN_ASSERT_SLOT(GetDimensionsCount, 61);
VMAF_DNN_ASSERT_SLOT(GetDimensions, 62);
VMAF_DNN_ASSERT_SLOT(GetTensorTypeAndShape, 65);
VMAF_DNN_ASSERT_SLOT(CreateCpuMemoryInfo, 69);
VMAF_DNN_ASSERT_SLOT(ReleaseStatus, 93);
VMAF_DNN_ASSERT_SLOT(ReleaseMemoryInfo, 94);
VMAF_DNN_ASSERT_SLOT(ReleaseSession, 95);
VMAF_DNN_ASSERT_SLOT(ReleaseValue, 96);
VMAF_DNN_ASSERT_SLOT(ReleaseRunOptions, 97);
VMAF_DNN_ASSERT_SLOT(ReleaseTensorTypeAndShapeInfo, 99);
VMAF_DNN_ASSERT_SLOT(ReleaseSessionOptions, 100);
VMAF_DNN_ASSERT_SLOT(GetAvailableProviders, 125);
VMAF_DNN_ASSERT_SLOT(ReleaseAvailableProviders, 126);
VMAF_DNN_ASSERT_SLOT(AddSessionConfigEntry, 130);
VMAF_DNN_ASSERT_SLOT(RegisterAllocator, 176);
VMAF_DNN_ASSERT_SLOT(SessionOptionsAppendExecutionProvider_CUDA_V2, 204);
VMAF_DNN_ASSERT_SLOT(CreateCUDAProviderOptions, 205);
VMAF_DNN_ASSERT_SLOT(UpdateCUDAProviderOptions, 206);
VMAF_DNN_ASSERT_SLOT(ReleaseCUDAProviderOptions, 208);
VMAF_DNN_ASSERT_SLOT(SessionOptionsAppendExecutionProvider, 216);
#undef VMAF_DNN_ASSERT_SLOT

}  // namespace vmaf_dnn::ort
