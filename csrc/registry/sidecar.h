// SPDX-License-Identifier: BSD-3-Clause
// A sidecar is the JSON file beside a model that states its contract. Ours has a `schema_version`; the
// two dialects of the published system come in through one importer, so that its folders open unchanged.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "registry/stated_contract.h"

namespace vmaf_dnn {

struct Sidecar {
  std::string id;
  std::string kind = "fr";
  std::string quant_mode = "fp32";
  StatedContract contract;
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
