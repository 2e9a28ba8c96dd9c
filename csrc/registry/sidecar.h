// SPDX-License-Identifier: BSD-3-Clause
// A sidecar is the JSON file beside a model that states its contract. Ours has a `schema_version`; the
// two dialects of the published system come in through one importer, so that its folders open unchanged.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json/fields.h"

namespace vmaf_dnn {

struct Sidecar {
  std::string id;
  std::string kind = "fr";
  std::string quant_mode = "fp32";
  std::optional<std::string> input_name;
  std::optional<std::string> output_name;
  std::vector<std::string> features;                 // empty: not stated
  std::vector<std::array<double, 2>> feature_range;  // of each among the training rows; empty: not stated
  std::array<double, 2> output_range = {0.0, 100.0};
  std::optional<std::string> sha256;
  std::optional<std::string> int8_sha256;
  std::optional<std::int64_t> opset;
  std::optional<std::int64_t> n_params;
  std::string arch;
  std::filesystem::path path;  // empty: the model has no sidecar
};

// `<base>.json` of `<base>.onnx` or `<base>.int8.onnx`; all defaults if there is no such file.
Sidecar read_sidecar(const std::filesystem::path& model_file);

// Of what was read. Throws Error{kRegistryInvalid}.
Sidecar parse_sidecar(const JsonFile& file);

}  // namespace vmaf_dnn
