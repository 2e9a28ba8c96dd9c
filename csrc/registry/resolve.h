// SPDX-License-Identifier: BSD-3-Clause
// From what a user names to the bytes that should run: id or path -> ModelSpec -> Redirect.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/pin.h"
#include "registry/registry.h"
#include "registry/sidecar.h"

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
  Sidecar sidecar;
};

enum class Precision { kAuto, kFp32, kInt8 };

Precision parse_precision(const std::string& word);

struct Redirect {
  std::filesystem::path file;
  std::optional<Pin> pin;
  Precision precision;
  std::string reason;
  bool fell_back = false;  // int8 was wanted and could not be had
};

// `registry` is a path, or empty for the default. Throws kModelNotFound, kRegistryInvalid.
ModelSpec resolve_model(const std::string& model, const std::string& registry);

// Throws kModelNotFound if int8 was asked for by name and there is none.
Redirect decide_precision(const ModelSpec& spec, Precision wanted);

}  // namespace vmaf_dnn
