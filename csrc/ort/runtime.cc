// SPDX-License-Identifier: BSD-3-Clause
#include "ort/runtime.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "base/error.h"
#include "base/text.h"
#include "ort/allocator.h"
#include "ort/at_work.h"
#include "ort/log.h"

namespace vmaf_dnn::ort {
namespace {

std::mutex loading;
const Runtime* the_runtime = nullptr;  // never freed

// What dlopen really opened: a soname says nothing to a person.
std::string file_of(const OrtApiBase* base, const std::string& fallback) {
  Dl_info info{};
  return dladdr(reinterpret_cast<const void*>(base->GetApi), &info) != 0 ? info.dli_fname : fallback;
}

bool is_older(const char* version, unsigned floor) {
  unsigned major = 0;
  unsigned minor = 0;
  if (std::sscanf(version, "%u.%u", &major, &minor) != 2) return true;
  return major < 1 || (major == 1 && minor < floor);
}

// Why one candidate was passed over; ends up in the list of attempts.
struct LoadFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

const OrtApiBase* open_library(const Candidate& candidate) {
  const int mode = RTLD_NOW | RTLD_LOCAL | (candidate.only_if_loaded ? RTLD_NOLOAD : 0);
  void* handle = dlopen(candidate.library.c_str(), mode);
  if (handle == nullptr) {
    const char* reason = dlerror();
    throw LoadFailure(candidate.only_if_loaded || reason == nullptr ? "not there" : reason);
  }
  using GetApiBase = const OrtApiBase* (*)();
  const auto get_api_base = reinterpret_cast<GetApiBase>(dlsym(handle, "OrtGetApiBase"));
  if (get_api_base == nullptr) throw LoadFailure("it has no OrtGetApiBase, so it is not ONNX Runtime");
  return get_api_base();
}

const OrtApi* negotiate(const OrtApiBase* base) {
  const char* version = base->GetVersionString();
  const OrtApi* api = is_older(version, kApiVersion) ? nullptr : base->GetApi(kApiVersion);
  if (api == nullptr)
    throw LoadFailure("version " + std::string(version) + " is too old, 1." + std::to_string(kApiVersion) +
                      " or later is needed");
  return api;
}

// False where the process has an ONNX Runtime of its own and shares an allocator in it already.
bool bound_memory(const Runtime& runtime) {
  OrtStatus* status = runtime.api->RegisterAllocator(runtime.env, bounded_allocator(runtime.cpu_memory));
  if (status != nullptr) runtime.api->ReleaseStatus(status);
  return status == nullptr;
}

std::unique_ptr<Runtime> start(const Candidate& candidate) {
  const OrtApiBase* base = open_library(candidate);
  const OrtApi* api = negotiate(base);
  // Official builds report usage from 1.29 on, which starts a thread and writes under HOME.
  setenv("ORT_DISABLE_TELEMETRY", "1", /*overwrite=*/0);
  auto runtime = std::make_unique<Runtime>();
  runtime->api = api;
  runtime->version = base->GetVersionString();
  runtime->library = file_of(base, candidate.library);
  runtime->check(api->CreateEnvWithCustomLogger(keep_log, nullptr, kLogWarning, "vmaf_dnn", &runtime->env),
                 "start ONNX Runtime");
  runtime->check(api->CreateCpuMemoryInfo(kDeviceAllocator, kMemTypeDefault, &runtime->cpu_memory),
                 "describe CPU memory to ONNX Runtime");
  runtime->bounds_memory = bound_memory(*runtime);
  return runtime;
}

}  // namespace

bool Runtime::is_older_than(unsigned minor) const { return is_older(version.c_str(), minor); }

void Runtime::check(OrtStatus* status, const char* action) const {
  const std::string log = take_log();
  if (status == nullptr) return;
  const std::string words = api->GetErrorMessage(status);
  api->ReleaseStatus(status);
  // The log mostly repeats the status.
  const bool says_more = !log.empty() && words.find(log) == std::string::npos;
  throw Error(Code::kRuntimeFailure, std::string("Could not ") + action + ": ONNX Runtime " + version +
                                         " says: " + words + (says_more ? "; it logged: " + log : ""));
}

const Runtime& require_runtime(const std::vector<std::string>& search_path) {
  const AtWork at_work;
  at_work.check();
  const std::lock_guard<std::mutex> lock(loading);
  if (the_runtime != nullptr) return *the_runtime;
  std::string attempts;
  for (const Candidate& candidate : find_candidates(search_path)) {
    try {
      the_runtime = start(candidate).release();
      return *the_runtime;
    } catch (const std::runtime_error& failure) {
      attempts += (attempts.empty() ? "" : "; ") + candidate.library + " (" + candidate.origin +
                  "): " + failure.what();
    }
  }
  std::vector<std::string> named = search_path;
  named.erase(std::remove(named.begin(), named.end(), ""), named.end());
  const std::string folders = join(named);
  throw Error(
      Code::kRuntimeMissing,
      "No usable ONNX Runtime library was found. Tried: " + attempts +
          (folders.empty() ? "" : "; looked for an onnxruntime wheel in: " + folders) +
          ". Install one (pip install onnxruntime), or set VMAF_DNN_ORT_LIBRARY to a libonnxruntime.so.");
}

}  // namespace vmaf_dnn::ort
