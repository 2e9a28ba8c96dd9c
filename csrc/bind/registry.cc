// SPDX-License-Identifier: BSD-3-Clause
#include "registry/registry.h"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <set>

#include "base/floats.h"
#include "bind/bind.h"
#include "registry/kept_registries.h"
#include "registry/paths.h"
#include "registry/precision.h"
#include "registry/resolve.h"
#include "registry/sidecar.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {
namespace {

py::object path_or_none(const std::filesystem::path& path) {
  return path.empty() ? py::object(py::none()) : py::cast(path);
}

py::dict to_dict(const RegistryEntry& entry) {
  const Sidecar sidecar = read_sidecar(entry.sidecar);
  const StatedContract& contract = entry.contract ? *entry.contract : sidecar.contract;
  const std::filesystem::path int8 = int8_file(entry.onnx);
  py::dict model;
  model["id"] = entry.id;
  model["kind"] = entry.kind;
  model["path"] = entry.onnx;
  model["sha256"] = entry.sha256;
  model["quant_mode"] = entry.quant_mode;
  model["int8_path"] = path_or_none(is_present(int8) ? int8 : std::filesystem::path());
  model["int8_sha256"] = entry.int8_sha256;
  model["opset"] = entry.opset;
  model["smoke"] = entry.smoke;
  model["description"] = entry.description;
  model["notes"] = entry.notes;
  model["license"] = entry.license;
  model["arch"] = sidecar.arch;
  model["n_params"] = sidecar.n_params;
  model["features"] = py::tuple(py::cast(contract.features));
  model["feature_options"] = py::tuple(py::cast(contract.feature_options));
  model["sidecar"] = path_or_none(sidecar.path);
  return model;
}

py::dict to_dict(const StatedContract& stated) {
  py::dict contract;
  contract["input_name"] = stated.input_name;
  contract["output_name"] = stated.output_name;
  contract["features"] = stated.features;
  contract["feature_options"] = stated.feature_options;
  contract["feature_range"] = stated.feature_range;
  contract["chroma_correction"] = py::none();
  if (const auto& correction = stated.chroma_correction)
    contract["chroma_correction"] =
        py::make_tuple(correction->parameter, correction->guided, correction->guide);
  contract["score_transform"] = stated.score_transform;
  contract["output_range"] = stated.output_range;
  return contract;
}

py::dict to_dict(const ModelSpec& spec, const Redirect& redirect) {
  const Pin pin = redirect.pin.value_or(Pin{});
  py::dict model;
  model["id"] = spec.id;
  model["path"] = redirect.file;
  model["precision"] = redirect.precision == Precision::kInt8 ? "int8" : "fp32";
  model["sha256"] = pin.sha256;
  model["pinned_by"] = path_or_none(pin.stated_by);
  model["bundle"] = path_or_none(pin.bundle);
  model["identity"] = spec.signer.identity;
  model["issuer"] = spec.signer.issuer;
  model["opset"] = spec.opset;
  const bool has_sidecar = spec.names_sidecar || is_present(spec.sidecar);
  model["sidecar"] = path_or_none(has_sidecar ? spec.sidecar : std::filesystem::path());
  model["contract"] = to_dict(spec.contract);
  model["wants_int8"] = spec.int8_pin.has_value() || spec.quant_mode != "fp32";
  return model;
}

}  // namespace

void register_registry(py::module_& module) {
  using Floats = py::call_guard<DefaultFloats>;
  module.def("registry_path", &registry_path, py::arg("registry"), Floats());
  module.def(
      "read_registry",
      [](const std::string& path) {
        std::vector registries = {read_registry(registry_path(path))};
        if (path.empty())
          for (const auto& further : further_registry_paths()) registries.push_back(read_registry(further));
        py::list models;
        std::set<std::string> listed;
        for (const auto& registry : registries)
          for (const RegistryEntry& entry : registry->entries)
            if (listed.insert(entry.id).second) models.append(to_dict(entry));
        return models;
      },
      py::arg("registry"), Floats());
  module.def(
      "read_contract",
      [](const std::filesystem::path& sidecar) {
        return to_dict(parse_sidecar({sidecar, read_json_object(sidecar, "sidecar").object}).contract);
      },
      py::arg("sidecar"), Floats());
  module.def(
      "resolve_model",
      [](const std::string& model, const std::string& precision, const std::string& registry) {
        const ModelSpec spec = resolve_model(model, registry);
        return to_dict(spec, decide_precision(spec, parse_precision(precision)));
      },
      py::arg("model"), py::arg("precision"), py::arg("registry"), Floats());
}

}  // namespace vmaf_dnn::bind
