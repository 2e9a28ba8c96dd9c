// SPDX-License-Identifier: BSD-3-Clause
// A libonnxruntime.so whose function named by FAIL_AT fails; n_live() counts what was made and not released.
#include <cstdlib>
#include <cstring>

#include "ort/abi.h"

namespace {

using namespace vmaf_dnn::ort;

int live = 0;
char token;

template <typename T>
T* make() {
  ++live;
  return reinterpret_cast<T*>(&token);
}

template <typename T>
void release(T* object) {
  if (object != nullptr) --live;
}

OrtStatus* outcome_of(const char* function) {
  const char* fail_at = std::getenv("FAIL_AT");
  return fail_at != nullptr && std::strcmp(fail_at, function) == 0 ? make<OrtStatus>() : nullptr;
}

template <typename T>
OrtStatus* give(const char* function, T** out) {
  OrtStatus* status = outcome_of(function);
  if (status == nullptr) *out = make<T>();
  return status;
}

const char* message(const OrtStatus*) { return "no luck today"; }
OrtStatus* succeed() { return nullptr; }

OrtApi make_api() {
  OrtApi api;
  for (std::size_t slot = 0; slot < sizeof(api) / sizeof(Gap); ++slot) {
    const Gap gap = reinterpret_cast<Gap>(succeed);
    std::memcpy(reinterpret_cast<char*>(&api) + slot * sizeof(Gap), &gap, sizeof(Gap));
  }
  api.GetErrorMessage = message;
  api.CreateEnvWithCustomLogger = [](LogFunction, void*, int, const char*, OrtEnv** out) {
    OrtStatus* status = outcome_of("env");
    *out = reinterpret_cast<OrtEnv*>(&token);  // kept for ever, so not counted
    return status;
  };
  api.CreateCpuMemoryInfo = [](int, int, OrtMemoryInfo** out) {
    *out = reinterpret_cast<OrtMemoryInfo*>(&token);
    return succeed();
  };
  api.CreateSessionOptions = [](OrtSessionOptions** out) { return give("options", out); };
  api.AddSessionConfigEntry = [](OrtSessionOptions*, const char*, const char*) {
    return outcome_of("config");
  };
  api.RegisterAllocator = [](OrtEnv*, OrtAllocator*) { return outcome_of("register"); };
  api.SetSessionGraphOptimizationLevel = [](OrtSessionOptions*, int) { return outcome_of("level"); };
  api.CreateSessionFromArray = [](const OrtEnv*, const void*, size_t, const OrtSessionOptions*,
                                  OrtSession** out) { return give("session", out); };
  api.CreateTensorWithDataAsOrtValue = [](const OrtMemoryInfo*, void*, size_t, const int64_t*, size_t, int,
                                          OrtValue** out) { return give("value", out); };
  api.Run = [](OrtSession*, const OrtRunOptions*, const char* const*, const OrtValue* const*, size_t,
               const char* const*, size_t, OrtValue**) { return outcome_of("run"); };
  api.ReleaseStatus = release<OrtStatus>;
  api.ReleaseSession = release<OrtSession>;
  api.ReleaseValue = release<OrtValue>;
  api.ReleaseSessionOptions = release<OrtSessionOptions>;
  return api;
}

const OrtApi* get_api(uint32_t) {
  static const OrtApi api = make_api();
  return &api;
}

const char* version() {
  const char* stated = std::getenv("STATED_VERSION");
  return stated != nullptr ? stated : "1.22.0";
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) const OrtApiBase* OrtGetApiBase() {
  static const OrtApiBase base = {get_api, version};
  return &base;
}

__attribute__((visibility("default"))) int n_live() { return live; }
}
