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

// Opset 17, which the tiny models are written in, came with ONNX Runtime 1.12; every function below is older.
inline constexpr uint32_t kApiVersion = 12;

inline constexpr int kLogFatal = 4;
inline constexpr int kTensorFloat = 1;
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
  Gap gap_11[13];
  OrtStatus* (*SetIntraOpNumThreads)(OrtSessionOptions*, int n_threads);
  Gap gap_25[24];
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
  Gap gap_97[2];
  void (*ReleaseTensorTypeAndShapeInfo)(OrtTensorTypeAndShapeInfo*);
  void (*ReleaseSessionOptions)(OrtSessionOptions*);
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
VMAF_DNN_ASSERT_SLOT(SetIntraOpNumThreads, 24);
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
VMAF_DNN_ASSERT_SLOT(ReleaseTensorTypeAndShapeInfo, 99);
VMAF_DNN_ASSERT_SLOT(ReleaseSessionOptions, 100);
#undef VMAF_DNN_ASSERT_SLOT

}  // namespace vmaf_dnn::ort
