// SPDX-License-Identifier: BSD-3-Clause
#include "base/error.h"
#include "bind/bind.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {

// The Python classes are Python's (vmaf_dnn/errors.py): they inherit from the standard ones.
void set_python_error(const Error& error) {
  const py::object type = py::module_::import("vmaf_dnn.errors").attr(error.row().python_class);
  // A path need not be UTF-8; the sentence about it must still arrive.
  const std::string text = error.what();
  const auto words = py::reinterpret_steal<py::str>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<py::ssize_t>(text.size()), "backslashreplace"));
  py::set_error(type, words);
}

void register_errors(py::module_&) {
  py::register_local_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const Error& error) {
      set_python_error(error);
    }
  });
}

}  // namespace vmaf_dnn::bind
