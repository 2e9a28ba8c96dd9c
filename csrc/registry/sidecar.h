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

// Before the network: where the feature `guided` is exactly 0, it becomes parameter * (1 - guide).
struct ChromaCorrection {
  double parameter;
  std::string guided, guide;
};

struct Sidecar {
  std::string id;
  std::string kind = "fr";
  std::string quant_mode = "fp32";
  std::optional<std::string> input_name;
  std::optional<std::string> output_name;
  std::vector<std::string> features;                 // empty: not stated
  std::vector<std::string> feature_options;          // of each, in libvmaf's words; empty: not stated
  std::vector<std::array<double, 2>> feature_range;  // of each among the training rows; empty: not stated
  std::optional<ChromaCorrection> chroma_correction;
  std::vector<double> score_transform;  // p0, p1, p2 after the network; empty: none
  std::array<double, 2> output_range = {0.0, 100.0};
  std::optional<std::string> sha256;
  std::optional<std::string> int8_sha256;
  std::optional<std::int64_t> opset;
  std::optional<std::int64_t> n_params;
  std::string arch;
  std::filesystem::path path;  // empty: the model has no sidecar
};

// Of a file `<name>.json`; all defaults if there is none.
Sidecar read_sidecar(const std::filesystem::path& path);

// Of what was read. Throws Error{kRegistryInvalid}.
Sidecar parse_sidecar(const JsonFile& file);

}  // namespace vmaf_dnn
