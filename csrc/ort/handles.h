// SPDX-License-Identifier: BSD-3-Clause
// Owners of ONNX Runtime objects, each released through the table that made it.
#pragma once

#include <memory>

#include "ort/at_work.h"
#include "ort/runtime.h"

namespace vmaf_dnn::ort {

template <typename T, void (*OrtApi::* const release)(T*)>
struct Releaser {
  const Runtime* runtime = nullptr;
  void operator()(T* object) const { (runtime->api->*release)(object); }
};

template <typename T, void (*OrtApi::* const release)(T*)>
using Handle = std::unique_ptr<T, Releaser<T, release>>;

// Stays where it can't be released.
struct SessionReleaser {
  const Runtime* runtime = nullptr;
  void operator()(OrtSession* session) const {
    const AtWork at_work;
    if (at_work.is_possible()) runtime->api->ReleaseSession(session);
  }
};

using SessionHandle = std::unique_ptr<OrtSession, SessionReleaser>;
using SessionOptionsHandle = Handle<OrtSessionOptions, &OrtApi::ReleaseSessionOptions>;
using RunOptionsHandle = Handle<OrtRunOptions, &OrtApi::ReleaseRunOptions>;
using CudaOptionsHandle = Handle<OrtCudaOptions, &OrtApi::ReleaseCUDAProviderOptions>;
using ValueHandle = Handle<OrtValue, &OrtApi::ReleaseValue>;
using ShapeHandle = Handle<OrtTensorTypeAndShapeInfo, &OrtApi::ReleaseTensorTypeAndShapeInfo>;

}  // namespace vmaf_dnn::ort
