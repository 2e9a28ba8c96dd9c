// SPDX-License-Identifier: BSD-3-Clause
#include "registry/registry.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "base/error.h"
#include "base/json/fields.h"
#include "base/own_folder.h"
#include "registry/paths.h"

namespace vmaf_dnn {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxModels = 1000;  // each is compared with each, and with what the disk holds
constexpr std::string_view kAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";

// A name of at most `max_length` lower-case letters, digits and `marks`, that starts with none of the marks.
void check_name(const JsonFields& fields, const char* field, const std::string& value,
                const std::string& marks, std::size_t max_length) {
  const std::string allowed = std::string(kAlphanumeric) + marks;
  const bool fits = !value.empty() && value.size() <= max_length &&
                    kAlphanumeric.find(value.front()) != std::string_view::npos &&
                    value.find_first_not_of(allowed) == std::string::npos;
  if (!fits)
    fields.fail(std::string("has \"") + field + "\": \"" + excerpt(value) + "\", where 1 to " +
                std::to_string(max_length) + " of a-z, 0-9 and " + marks + " are expected, a-z or 0-9 first");
}

bool climbs(const fs::path& relative) {
  return std::find(relative.begin(), relative.end(), "..") != relative.end();
}

// A file that the registry names, in its folder or below.
fs::path read_file_name(const JsonFields& fields, const char* field, const std::string& name,
                        const std::string& ending, const fs::path& folder) {
  check_name(fields, field, name, "_./-", 256);
  const std::string said = std::string("has \"") + field + "\": \"" + name + "\", which ";
  if (name.size() < ending.size() || name.compare(name.size() - ending.size(), ending.size(), ending) != 0)
    fields.fail(said + "does not end in " + ending);
  if (climbs(name)) fields.fail(said + "leaves the registry's folder");
  return folder / name;
}

fs::path read_bundle(const JsonFields& fields, const char* field, const fs::path& folder) {
  const auto name = fields.optional_string(field);
  return name ? read_file_name(fields, field, *name, ".sigstore.json", folder) : fs::path();
}

Signer read_signer(const JsonFields& fields) {
  const Signer signer{fields.optional_string("sigstore_identity").value_or(""),
                      fields.optional_string("sigstore_issuer").value_or("")};
  if (signer.identity.empty() != signer.issuer.empty())
    fields.fail("has only one of \"sigstore_identity\" and \"sigstore_issuer\", which belong together");
  return signer;
}

StatedContract read_stated_contract(const JsonFields& fields, const Kind& kind) {
  fields.refuse_unknown({"input_name", "output_name", "features", "feature_options", "feature_range",
                         "chroma_correction", "score_transform", "output_range"});
  return read_contract(fields, "registry", kind);
}

RegistryEntry read_entry(const Json& object, const fs::path& registry, std::size_t index) {
  const JsonFields fields(object,
                          "The registry " + registry.string() + ", entry " + std::to_string(index) + ",");
  fields.refuse_unknown({"id",
                         "kind",
                         "onnx",
                         "sha256",
                         "opset",
                         "notes",
                         "description",
                         "smoke",
                         "quant_mode",
                         "quant_calibration_set",
                         "int8_sha256",
                         "quant_accuracy_budget_plcc",
                         "quality",
                         "license",
                         "license_url",
                         "sigstore_bundle",
                         "int8_sigstore_bundle",
                         "sigstore_identity",
                         "sigstore_issuer",
                         "sidecar",
                         "contract"});
  RegistryEntry entry;
  entry.id = fields.string("id");
  check_name(fields, "id", entry.id, "_-", 64);
  const Kind& kind = read_kind(fields, "");
  entry.kind = kind.name;
  const fs::path folder = registry.parent_path();
  entry.onnx = read_file_name(fields, "onnx", fields.string("onnx"), ".onnx", folder);
  const auto sidecar = fields.optional_string("sidecar");
  entry.names_sidecar = sidecar.has_value();
  entry.sidecar =
      sidecar ? read_file_name(fields, "sidecar", *sidecar, ".json", folder) : sidecar_file(entry.onnx);
  entry.sha256 = fields.optional_digest("sha256").value_or("");
  if (entry.sha256.empty()) fields.fail("lacks the required \"sha256\"");
  entry.quant_mode = fields.word("quant_mode", "fp32", {"fp32", "dynamic", "static", "qat"});
  entry.int8_sha256 = fields.optional_digest("int8_sha256");
  if (entry.quant_mode != "fp32" && !entry.int8_sha256)
    fields.fail("has \"quant_mode\": \"" + entry.quant_mode + "\" but no \"int8_sha256\"");
  entry.bundle = read_bundle(fields, "sigstore_bundle", folder);
  entry.int8_bundle = read_bundle(fields, "int8_sigstore_bundle", folder);
  if (!entry.int8_bundle.empty() && !entry.int8_sha256)
    fields.fail("has \"int8_sigstore_bundle\" but no \"int8_sha256\"");
  entry.signer = read_signer(fields);
  entry.opset = fields.optional_integer("opset");
  entry.smoke = fields.optional_bool("smoke");
  entry.description = fields.optional_string("description").value_or("");
  entry.notes = fields.optional_string("notes").value_or("");
  entry.license = fields.optional_string("license").value_or("");
  if (const auto contract = fields.optional_object("contract"))
    entry.contract = read_stated_contract(*contract, kind);
  return entry;
}

bool is_same_file(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  return fs::weakly_canonical(a, ignored) == fs::weakly_canonical(b, ignored);
}

}  // namespace

bool RegistryEntry::has_own_sidecar() const { return sidecar == sidecar_file(onnx); }

const RegistryEntry* Registry::find_id(const std::string& id) const {
  for (const RegistryEntry& entry : entries)
    if (entry.id == id) return &entry;
  return nullptr;
}

const RegistryEntry* Registry::find_file(const fs::path& model_file) const {
  const RegistryEntry* found = nullptr;
  for (const RegistryEntry& entry : entries)
    if (is_same_file(entry.onnx, model_file) || is_same_file(int8_file(entry.onnx), model_file))
      if (found == nullptr || entry.has_own_sidecar()) found = &entry;
  return found;
}

Registry parse_registry(const JsonFile& file) {
  const auto& [resolved, object] = file;
  const JsonFields fields(object, "The registry " + resolved.string());
  fields.refuse_unknown({"$schema", "schema_version", "models"});
  const auto version = fields.optional_integer("schema_version");
  if (version != 0 && version != 1) fields.fail("has a \"schema_version\" that is neither 0 nor 1");
  const Json* models = object.find("models");
  const auto* list = models == nullptr ? nullptr : models->as<Json::List>();
  if (list == nullptr) fields.fail("lacks the list \"models\"");
  if (list->size() > kMaxModels)
    fields.fail("lists " + std::to_string(list->size()) + " models, at most " + std::to_string(kMaxModels) +
                " are read");

  Registry registry{resolved, {}};
  for (const Json& item : *list) {
    RegistryEntry entry = read_entry(item, resolved, registry.entries.size());
    if (registry.find_id(entry.id) != nullptr)
      fields.fail("has two entries with the id \"" + entry.id + "\"");
    registry.entries.push_back(std::move(entry));
  }
  return registry;
}

// Set where this project is built as a part of another, whose programs run before anything is installed.
#ifdef VMAF_DNN_SOURCE_MODELS
constexpr const char* kSourceModels = VMAF_DNN_SOURCE_MODELS;
#else
constexpr const char* kSourceModels = "";
#endif

fs::path packaged_registry_path() {
  // Never destroyed: while the process exits, a thread may still open models.
  static const fs::path& packaged = *new fs::path([] {
    const fs::path here = folder_of_this_library();
    const fs::path shared = fs::path("share") / "vmaf_dnn" / "model";
    const fs::path in_wheel = here / "model";
    const fs::path in_prefix = here.parent_path() / shared;
    const fs::path in_multiarch_prefix = here.parent_path().parent_path() / shared;  // lib/x86_64-linux-gnu
    for (const fs::path& folder : {in_wheel, in_prefix, in_multiarch_prefix, fs::path(kSourceModels)})
      if (is_present(folder / "tiny" / "registry.json")) return folder / "tiny" / "registry.json";
    return in_prefix / "tiny" / "registry.json";
  }());
  return packaged;
}

std::vector<fs::path> further_registry_paths() {
  std::vector<fs::path> paths;
  const auto add = [&](const fs::path& folder) {
    if (is_present(folder / "registry.json")) paths.push_back(folder / "registry.json");
  };
  if (const char* listed = std::getenv("VMAF_DNN_REGISTRY_PATH")) {
    std::istringstream folders(listed);
    for (std::string folder; std::getline(folders, folder, ':');)
      if (!folder.empty()) add(folder);
  }
  const fs::path in_tree = packaged_registry_path().parent_path().parent_path();
  const fs::path package = folder_of_this_library().parent_path() / "vmaf_dnn_models";
  for (const char* family : {"frames", "plans"})
    add(is_present(in_tree / family / "registry.json") ? in_tree / family : package / family);
  return paths;
}

fs::path registry_path(const std::string& argument) {
  if (!argument.empty()) return argument;
  const char* named = std::getenv("VMAF_DNN_REGISTRY");
  return named != nullptr && *named != '\0' ? fs::path(named) : packaged_registry_path();
}

}  // namespace vmaf_dnn
