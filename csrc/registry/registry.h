// SPDX-License-Identifier: BSD-3-Clause
// registry.json: which models there are, the digest that each file must have, and which precision runs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json/fields.h"
#include "registry/stated_contract.h"

namespace vmaf_dnn {

// Whose signatures a registry says its models carry, in Sigstore's words; empty if it doesn't say.
struct Signer {
  std::string identity;
  std::string issuer;
};

struct RegistryEntry {
  std::string id;
  std::string kind;
  std::filesystem::path onnx;     // absolute
  std::filesystem::path sidecar;  // absolute
  bool names_sidecar = false;     // else `sidecar` is named after `onnx`, and there need not be such a file
  std::string sha256;
  std::string quant_mode;
  std::optional<std::string> int8_sha256;
  std::filesystem::path bundle;  // of `onnx`, absolute; empty: none is named
  std::filesystem::path int8_bundle;
  Signer signer;
  std::optional<std::int64_t> opset;
  bool smoke = false;
  std::string description;
  std::string notes;
  std::string license;
  std::optional<StatedContract> contract;  // else the sidecar states it

  bool has_own_sidecar() const;  // named after `onnx`: that of the file, not of this id alone
};

struct Registry {
  std::filesystem::path path;
  std::vector<RegistryEntry> entries;

  const RegistryEntry* find_id(const std::string& id) const;
  // The entry that names this file, as fp32 or as its int8 sibling; of several the one with its own sidecar.
  const RegistryEntry* find_file(const std::filesystem::path& model_file) const;
};

// Throws Error{kRegistryInvalid}: what is wrong, and where.
Registry parse_registry(const JsonFile& file);

std::filesystem::path packaged_registry_path();

// The registry that ids are looked up in: `argument` if given, else `VMAF_DNN_REGISTRY`, else the packaged
// one.
std::filesystem::path registry_path(const std::string& argument);

// Where else ids are looked up if nobody names a registry: in the folders of `VMAF_DNN_REGISTRY_PATH` (joined
// by colons), then, family by family, beside the packaged one (in a tree) or in the data package.
std::vector<std::filesystem::path> further_registry_paths();

}  // namespace vmaf_dnn
