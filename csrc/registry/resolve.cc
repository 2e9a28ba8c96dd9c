// SPDX-License-Identifier: BSD-3-Clause
#include "registry/resolve.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "registry/kept_registries.h"
#include "registry/paths.h"
#include "registry/sidecar.h"

namespace vmaf_dnn {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxNamedBytes = 4096;  // no path that the system opens is longer

// Levenshtein distance, for the nearest name in "unknown id".
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

// A slip of the fingers, not another name.
bool is_near(const std::string& typed, const std::string& id) {
  return edit_distance(typed, id) <= id.size() / 3;
}

// What `vmaf-dnn-models` brings, whoever has not installed it.
constexpr std::string_view kOfDataPackage[] = {"learned_filter_v1", "nr_metric_v1", "scene_plan_v1",
                                               "scene_words_v1"};

bool is_of_data_package(const std::string& id) {
  return std::find(std::begin(kOfDataPackage), std::end(kOfDataPackage), id) != std::end(kOfDataPackage);
}

// `is_everywhere`: it was sought in the further registries, too.
[[noreturn]] void throw_unknown_id(const std::string& id, const Registry& registry, bool is_everywhere) {
  if (is_everywhere && is_of_data_package(id))
    throw Error(Code::kModelNotFound, "The model \"" + id + "\" is not in " + registry.path.string() +
                                          " but in the package vmaf-dnn-models, which is not installed; pip "
                                          "install vmaf-dnn-models, in a checkout pip install ./model.");
  const RegistryEntry* nearest = nullptr;
  for (const RegistryEntry& entry : registry.entries) {
    if (nearest == nullptr || edit_distance(id, entry.id) < edit_distance(id, nearest->id)) nearest = &entry;
  }
  const std::string ids = join(registry.entries, [](const RegistryEntry& entry) { return entry.id; });
  throw Error(
      Code::kModelNotFound,
      "There is no model \"" + id + "\" in " + registry.path.string() +
          ", which has: " + (ids.empty() ? "nothing" : ids) + "." +
          (nearest == nullptr || !is_near(id, nearest->id) ? "" : " Did you mean \"" + nearest->id + "\"?") +
          " A file is named by a path with a slash or by its .onnx ending; further registries are those in "
          "the "
          "folders of VMAF_DNN_REGISTRY_PATH.");
}

std::optional<Pin> pin_of(const std::optional<std::string>& digest, const fs::path& stated_by,
                          const fs::path& bundle = {}) {
  return digest && !digest->empty() ? std::optional(Pin{*digest, stated_by, bundle}) : std::nullopt;
}

// Without a sidecar that its entry names, a model would score, but not as its maker means.
Sidecar sidecar_of(const RegistryEntry& entry, const Registry& registry) {
  if (entry.names_sidecar && !is_present(entry.sidecar))
    throw Error(Code::kModelNotFound, "There is no sidecar " + entry.sidecar.string() +
                                          ", which the registry " + registry.path.string() + " names for " +
                                          entry.id + "; restore the file or correct the registry.");
  return read_sidecar(entry.sidecar);
}

// All but the contract.
ModelSpec spec_from_entry(const RegistryEntry& entry, const Registry& registry, const fs::path& file) {
  ModelSpec spec;
  spec.id = entry.id;
  spec.kind = entry.kind;
  spec.quant_mode = entry.quant_mode;
  spec.stated_by = registry.path;
  spec.file = file;
  spec.fp32_pin = pin_of(entry.sha256, registry.path, entry.bundle);
  spec.int8_pin = pin_of(entry.int8_sha256, registry.path, entry.int8_bundle);
  spec.signer = entry.signer;
  spec.opset = entry.opset;
  return spec;
}

void add_contract(ModelSpec& spec, Sidecar sidecar) {
  if (!spec.opset) spec.opset = sidecar.opset;
  spec.contract = std::move(sidecar.contract);
}

ModelSpec spec_of_id(const RegistryEntry& entry, const Registry& registry) {
  ModelSpec spec = spec_from_entry(entry, registry, entry.onnx);
  spec.sidecar = entry.sidecar;
  spec.names_sidecar = entry.names_sidecar;
  if (entry.contract)
    spec.contract = *entry.contract;
  else
    add_contract(spec, sidecar_of(entry, registry));
  return spec;
}

// A file has the contract of its own name, which an entry with another sidecar doesn't state.
ModelSpec spec_of_file(const RegistryEntry& entry, const Registry& registry, const fs::path& file) {
  ModelSpec spec = spec_from_entry(entry, registry, file);
  spec.sidecar = sidecar_file(file);
  if (entry.contract && entry.has_own_sidecar())
    spec.contract = *entry.contract;
  else
    add_contract(spec, read_sidecar(spec.sidecar));
  return spec;
}

ModelSpec spec_from_sidecar(const fs::path& file) {
  Sidecar sidecar = read_sidecar(sidecar_file(file));
  ModelSpec spec;
  spec.id = sidecar.id.empty() ? fp32_file(file).stem().string() : sidecar.id;
  spec.kind = sidecar.kind;
  spec.quant_mode = sidecar.quant_mode;
  spec.stated_by = sidecar.path;
  spec.sidecar = sidecar.path;
  spec.file = file;
  spec.fp32_pin = pin_of(sidecar.sha256, sidecar.path);
  spec.int8_pin = pin_of(sidecar.int8_sha256, sidecar.path);
  add_contract(spec, std::move(sidecar));
  return spec;
}

// A registry that the caller names, then the one beside the file, then the default one. Only what nobody
// named may be missing.
std::vector<fs::path> registries_for(const fs::path& file, const std::string& registry) {
  std::vector<fs::path> paths;
  if (!registry.empty()) paths.emplace_back(registry);
  const fs::path beside = file.parent_path() / "registry.json";
  if (is_present(beside)) paths.push_back(beside);
  const fs::path fallback = registry_path("");
  if (fallback != packaged_registry_path() || is_present(fallback)) paths.push_back(fallback);
  return paths;
}

// Links are followed to look a file up in a registry; what stands beside it is sought beside its name.
ModelSpec resolve_path(const fs::path& named, const std::string& registry) {
  std::error_code missing;
  const fs::path file = fs::canonical(named, missing);
  if (missing && missing != std::errc::no_such_file_or_directory)
    throw Error(Code::kModelNotFound, "The model file " + named.string() + " can't be opened (" +
                                          missing.message() + "); check its path and permissions.");
  if (missing)
    throw Error(Code::kModelNotFound,
                "There is no model file " + named.string() +
                    "; give an existing .onnx file, or a registry id without slash and ending.");
  for (const fs::path& path : registries_for(file, registry)) {
    const auto known = read_registry(path);
    if (const RegistryEntry* entry = known->find_file(file)) return spec_of_file(*entry, *known, file);
  }
  return spec_from_sidecar(fs::absolute(named));
}

}  // namespace

ModelSpec resolve_model(const std::string& model, const std::string& registry) {
  for (const std::string& name : {model, registry})
    if (name.find('\0') != std::string::npos)
      throw Error(Code::kInvalidArgument,
                  "The name of a model or registry has a NUL character in it; remove it.");
    else if (name.size() > kMaxNamedBytes)
      throw Error(Code::kInvalidArgument, "The name of a model or registry has " +
                                              std::to_string(name.size()) + " bytes; give one of at most " +
                                              std::to_string(kMaxNamedBytes) + ".");
  if (model.empty())
    throw Error(Code::kInvalidArgument,
                "The model is empty; give a registry id or the path of an .onnx file.");
  if (is_path(model)) return resolve_path(model, registry);
  const auto known = read_registry(registry_path(registry));
  if (const RegistryEntry* entry = known->find_id(model)) return spec_of_id(*entry, *known);
  if (registry.empty())
    for (const fs::path& path : further_registry_paths()) {
      const auto further = read_registry(path);
      if (const RegistryEntry* entry = further->find_id(model)) return spec_of_id(*entry, *further);
    }
  throw_unknown_id(model, *known, registry.empty());
}

}  // namespace vmaf_dnn
