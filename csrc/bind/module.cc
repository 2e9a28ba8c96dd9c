// SPDX-License-Identifier: BSD-3-Clause
#include <pybind11/numpy.h>

#include "bind/bind.h"

// What pybind11 makes of the module is under another name, since it would wait for ever in a sub-interpreter
// of Python 3.11.
#define PyInit__core init_in_main_interpreter

PYBIND11_MODULE(_core, module, pybind11::mod_gil_not_used(),
                pybind11::multiple_interpreters::not_supported()) {
  module.doc() = "The compiled core of vmaf_dnn; use the vmaf_dnn package instead.";
  module.attr("__version__") = VMAF_DNN_VERSION;
  // At its first use pybind11 waits for NumPy without the GIL, and a thread whose process ends then could not
  // come back: it is used here, while nobody can wait.
  pybind11::detail::npy_api::get();
  vmaf_dnn::bind::register_errors(module);
  vmaf_dnn::bind::register_admission(module);
  vmaf_dnn::bind::register_extractor(module);
  vmaf_dnn::bind::register_floats(module);
  vmaf_dnn::bind::register_registry(module);
  vmaf_dnn::bind::register_runtime(module);
  vmaf_dnn::bind::register_session(module);
  vmaf_dnn::bind::register_svm(module);
}

#undef PyInit__core

extern "C" PYBIND11_EXPORT PyObject* PyInit__core() {
  if (PyInterpreterState_Get() == PyInterpreterState_Main()) return init_in_main_interpreter();
  PyErr_SetString(
      PyExc_ImportError,
      "vmaf_dnn can't be imported in a sub-interpreter; import it in the main one, or in another process.");
  return nullptr;
}
