// SPDX-License-Identifier: BSD-3-Clause
#include "registry/registry.h"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "bind/bind.h"
#include "registry/paths.h"
#include "registry/sidecar.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {
namespace {

py::dict to_dict(const RegistryEntry& entry) {
  const Sidecar sidecar = read_sidecar(entry.onnx);
  const std::filesystem::path int8 = int8_file(entry.onnx);
  const auto path_or_none = [](const std::filesystem::path& path, bool exists) -> py::object {
    return exists ? py::cast(path) : py::none();
  };
  py::dict model;
  model["id"] = entry.id;
  model["kind"] = entry.kind;
  model["path"] = entry.onnx;
  model["sha256"] = entry.sha256;
  model["quant_mode"] = entry.quant_mode;
  model["int8_path"] = path_or_none(int8, is_present(int8));
  model["int8_sha256"] = entry.int8_sha256;
  model["opset"] = entry.opset;
  model["smoke"] = entry.smoke;
  model["description"] = entry.description;
  model["notes"] = entry.notes;
  model["license"] = entry.license;
  model["arch"] = sidecar.arch;
  model["n_params"] = sidecar.n_params;
  model["features"] = py::tuple(py::cast(sidecar.features));
  model["sidecar"] = path_or_none(sidecar.path, !sidecar.path.empty());
  return model;
}

}  // namespace

void register_registry(py::module_& module) {
  module.def("registry_path", &registry_path, py::arg("registry"));
  module.def(
      "read_registry",
      [](const std::string& path) {
        py::list models;
        for (const RegistryEntry& entry : read_registry(registry_path(path)).entries)
          models.append(to_dict(entry));
        return models;
      },
      py::arg("registry"));
}

}  // namespace vmaf_dnn::bind
