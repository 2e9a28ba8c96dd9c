// SPDX-License-Identifier: BSD-3-Clause
// Which of a model's files should run: ModelSpec -> Redirect.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/pin.h"
#include "registry/resolve.h"

namespace vmaf_dnn {

enum class Precision { kAuto, kFp32, kInt8 };

Precision parse_precision(const std::string& word);

struct Redirect {
  std::filesystem::path file;
  std::optional<Pin> pin;
  Precision precision;
  std::string reason;
  bool fell_back = false;  // int8 was wanted and could not be had
};

// Throws kModelNotFound if int8 was asked for by name and there is none.
Redirect decide_precision(const ModelSpec& spec, Precision wanted);

}  // namespace vmaf_dnn
