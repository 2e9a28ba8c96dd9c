// SPDX-License-Identifier: BSD-3-Clause
// The gate between a file and an engine: what is read here, once, is what is hashed, scanned and run.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/pin.h"
#include "onnx/graph.h"
#include "onnx/limits.h"

namespace vmaf_dnn {

struct AdmittedModel {
  std::filesystem::path path;  // links resolved
  std::string bytes;
  std::string sha256;
  GraphView graph;  // views into `bytes`

  AdmittedModel() = default;
  AdmittedModel(const AdmittedModel&) = delete;
  AdmittedModel& operator=(const AdmittedModel&) = delete;
};

// Fills `model` in place, since the graph points into its bytes. Throws Error: kModelNotFound,
// kOutsideJail (VMAF_TINY_MODEL_DIR), kTooLarge, kDigestMismatch, kMalformed, kNotAllowed (the operator
// policy, or VMAF_DNN_REQUIRE_DIGEST without a pin).
void admit(const std::filesystem::path& file, const std::optional<Pin>& pin, AdmittedModel& model);

}  // namespace vmaf_dnn
