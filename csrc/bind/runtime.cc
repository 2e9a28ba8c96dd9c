// SPDX-License-Identifier: BSD-3-Clause
#include "ort/runtime.h"

#include <pybind11/stl.h>

#include "base/floats.h"
#include "bind/bind.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {

void register_runtime(py::module_& module) {
  module.def(
      "load_runtime",
      [](const std::vector<std::string>& search_path) {
        const ort::Runtime& runtime = ort::require_runtime(search_path);
        return std::pair(runtime.version, runtime.library);
      },
      py::arg("search_path"), py::call_guard<DefaultFloats>());
}

}  // namespace vmaf_dnn::bind
