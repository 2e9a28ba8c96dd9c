// SPDX-License-Identifier: BSD-3-Clause
#include "bind/bind.h"

PYBIND11_MODULE(_core, module, pybind11::mod_gil_not_used()) {
  module.doc() = "The compiled core of vmaf_dnn; use the vmaf_dnn package instead.";
  module.attr("__version__") = VMAF_DNN_VERSION;
  vmaf_dnn::bind::register_errors(module);
  vmaf_dnn::bind::register_admission(module);
  vmaf_dnn::bind::register_extractor(module);
  vmaf_dnn::bind::register_registry(module);
  vmaf_dnn::bind::register_runtime(module);
  vmaf_dnn::bind::register_session(module);
}
