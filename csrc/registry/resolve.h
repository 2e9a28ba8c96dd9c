// SPDX-License-Identifier: BSD-3-Clause
// From what a user names to what is stated about it: id or path -> ModelSpec.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/pin.h"
#include "registry/registry.h"

namespace vmaf_dnn {

struct ModelSpec {
  std::string id;
  std::string kind;
  std::string quant_mode;
  std::filesystem::path file;  // as named: fp32, or int8 when the int8 file itself was named
  std::optional<Pin> fp32_pin;
  std::optional<Pin> int8_pin;
  Signer signer;
  std::optional<std::int64_t> opset;  // as stated, not as read from the graph
  std::filesystem::path stated_by;    // who states quant_mode; empty if nobody does
  StatedContract contract;            // by the registry, else by the sidecar
  std::filesystem::path sidecar;      // where it lies if there is one, read or not
  bool names_sidecar = false;         // the registry says that there is
};

// `registry` is a path, or empty for the default. Throws kModelNotFound, kRegistryInvalid.
ModelSpec resolve_model(const std::string& model, const std::string& registry);

}  // namespace vmaf_dnn
