// SPDX-License-Identifier: BSD-3-Clause
#include "ort/open_session.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "ort/at_work.h"
#include "ort/providers.h"

namespace vmaf_dnn::ort {
namespace {

using Names = std::vector<std::string>;

// ONNX Runtime would run the nodes that depend on constants alone while it opens the session, where no
// deadline can end them.
void switch_folding_off(const Runtime& runtime, OrtSessionOptions* options) {
  constexpr unsigned kFirstThatSwitchesSome = 18;
  constexpr const char* kSwitchedOff = "optimization.disable_specified_optimizers";
  const char* action = "switch constant folding off";
  if (runtime.is_older_than(kFirstThatSwitchesSome))
    runtime.check(runtime.api->SetSessionGraphOptimizationLevel(options, kNoOptimization), action);
  else
    runtime.check(runtime.api->AddSessionConfigEntry(options, kSwitchedOff, "ConstantFolding"), action);
}

SessionOptionsHandle make_options(const Runtime& runtime, const SessionSettings& settings) {
  OrtSessionOptions* raw = nullptr;
  runtime.check(runtime.api->CreateSessionOptions(&raw), "make session options");
  SessionOptionsHandle options(raw, {&runtime});
  runtime.check(runtime.api->SetSessionExecutionMode(raw, kSequential), "ask for sequential execution");
  switch_folding_off(runtime, raw);
  if (runtime.bounds_memory)
    runtime.check(runtime.api->AddSessionConfigEntry(raw, "session.use_env_allocators", "1"),
                  "bound the memory of a session");
  if (settings.n_threads > 0)
    runtime.check(runtime.api->SetIntraOpNumThreads(raw, settings.n_threads), "set the number of threads");
  if (settings.keeps_memory) return options;
  runtime.check(runtime.api->DisableCpuMemArena(raw), "do without a memory arena");
  runtime.check(runtime.api->DisableMemPattern(raw), "do without memory patterns");
  return options;
}

SessionHandle create(const Runtime& runtime, std::string_view bytes, const std::string& path,
                     const OrtSessionOptions* options) {
  OrtSession* session = nullptr;
  runtime.check(
      runtime.api->CreateSessionFromArray(runtime.env, bytes.data(), bytes.size(), options, &session),
      ("load the model " + path).c_str());
  return SessionHandle(session, {&runtime});
}

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Why no provider was even tried.
std::string lack(const Runtime& runtime, const std::string& device, const Names& available) {
  const std::string what = device == "auto" ? "other provider for it" : providers_for(device)[0]->full_name;
  return "ONNX Runtime " + runtime.version + " has no " + what + " (it has " + join(available) + ")";
}

}  // namespace

bool has_provider(const Runtime& runtime, const std::string& device, std::string& obstacle) {
  const Names available = available_providers(runtime);
  const std::vector<const Provider*> wanted = providers_for(device);
  const auto is_there = [&](const Provider* provider) { return contains(available, provider->full_name); };
  if (std::any_of(wanted.begin(), wanted.end(), is_there)) return true;
  obstacle = lack(runtime, device, available);
  return false;
}

OpenedSession open_session(const Runtime& runtime, std::string_view model_bytes, const std::string& path,
                           const SessionSettings& settings) {
  const AtWork at_work;
  at_work.check();
  const std::string& device = settings.device;
  const auto on_cpu = [&](const std::string& reason) -> OpenedSession {
    const SessionOptionsHandle options = make_options(runtime, settings);
    return {create(runtime, model_bytes, path, options.get()), "CPU", reason};
  };
  if (device == "cpu") return on_cpu("cpu was asked for");

  const Names available = available_providers(runtime);
  std::string obstacles;
  for (const Provider* provider : providers_for(device)) {
    if (!contains(available, provider->full_name)) continue;
    try {
      const SessionOptionsHandle options = make_options(runtime, settings);
      append_provider(runtime, options.get(), *provider, settings.device_index);
      const std::string reason = device == "auto" ? "auto: it is there" : device + " was asked for";
      return {create(runtime, model_bytes, path, options.get()), provider->label,
              reason + (obstacles.empty() ? "" : "; " + obstacles)};
    } catch (const Error& error) {
      obstacles += (obstacles.empty() ? "" : "; ") + std::string(error.what());
    }
  }
  if (obstacles.empty()) obstacles = lack(runtime, device, available);
  if (device == "auto") return on_cpu("auto: " + obstacles);
  const std::string reason = device + " was asked for, but " + obstacles;
  if (settings.strict_device) refuse_device(reason);
  return on_cpu(reason);
}

void refuse_device(const std::string& reason) {
  throw Error(Code::kUnsupported, "strict_device: " + reason + "; ask for cpu or auto.");
}

}  // namespace vmaf_dnn::ort
