// SPDX-License-Identifier: BSD-3-Clause
// Which engine runs a model, on which device, and why.
#pragma once

#include <memory>

#include "admission/admit.h"
#include "contract.h"
#include "engine/ort_engine.h"
#include "open_options.h"
#include "session_info.h"

namespace vmaf_dnn {

struct ChosenEngine {
  std::unique_ptr<const Engine> engine;
  const OrtEngine* tensor_engine;  // `engine`, where that runs tensors too
  EngineInfo info;
};

// Throws Error: kInvalidArgument for an unknown word, kUnsupported for an engine that can't run the model or
// a device that can't be had, kRuntimeMissing, kRuntimeFailure.
ChosenEngine choose_engine(const OpenOptions& options, const AdmittedModel& model, const Contract& contract);

}  // namespace vmaf_dnn
