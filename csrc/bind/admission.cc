// SPDX-License-Identifier: BSD-3-Clause
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "admission/admit.h"
#include "base/floats.h"
#include "bind/bind.h"
#include "bind/gil.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {
namespace {

py::dict admit_file(const std::filesystem::path& file, const std::string& sha256,
                    const std::filesystem::path& pinned_by) {
  AdmittedModel model;
  without_gil(
      [&] { admit(file, sha256.empty() ? std::nullopt : std::optional(Pin{sha256, pinned_by, {}}), model); });
  py::dict admitted;
  admitted["sha256"] = model.sha256;
  admitted["size_bytes"] = model.bytes.size();
  admitted["opset"] = model.graph.opset;
  return admitted;
}

}  // namespace

void register_admission(py::module_& module) {
  module.def("admit", &admit_file, py::arg("file"), py::arg("sha256"), py::arg("pinned_by"),
             py::call_guard<DefaultFloats>());
}

}  // namespace vmaf_dnn::bind
