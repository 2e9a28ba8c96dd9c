// SPDX-License-Identifier: BSD-3-Clause
#include "bind/arrays.h"

#include "base/error.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(Code::kInvalidArgument, message); }

std::string shape_of(const py::array& array) { return py::str(array.attr("shape")).cast<std::string>(); }

std::string dtype_of(const py::array& array) { return py::str(array.dtype()).cast<std::string>(); }

std::string type_of(py::handle value) {
  return py::str(py::type::of(value).attr("__name__")).cast<std::string>();
}

bool is_real(const py::array& array) {
  const char kind = array.dtype().kind();
  return kind == 'f' || kind == 'i' || kind == 'u';
}

py::array to_array(py::handle value, const std::string& name) {
  try {
    return py::array(py::reinterpret_borrow<py::object>(value));
  } catch (const py::error_already_set& error) {
    if (!error.matches(PyExc_ValueError) && !error.matches(PyExc_TypeError)) throw;
    refuse(name + " can't be read as an array (a " + type_of(value) +
           " was given); give a NumPy array or nested lists of equal length.");
  }
}

void refuse_masked(py::handle value, const std::string& name) {
  if (is_masked(value))
    refuse(name + " is a masked array; give a plain array, without the rows whose values are masked.");
}

}  // namespace

bool is_masked(py::handle value) {
  using py::detail::npy_api;
  if (Py_TYPE(value.ptr()) == npy_api::get().PyArray_Type_ || !py::isinstance<py::array>(value)) return false;
  return py::isinstance(value, py::module_::import("numpy.ma").attr("MaskedArray"));
}

py::array to_plain(py::handle array) {
  using py::detail::npy_api;
  constexpr int kPlain = npy_api::NPY_ARRAY_ENSUREARRAY_ | npy_api::NPY_ARRAY_ALIGNED_;
  PyObject* const plain = npy_api::get().PyArray_FromAny_(array.ptr(), nullptr, 0, 0, kPlain, nullptr);
  if (plain == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::array>(plain);
}

FloatArray to_float_array(py::handle value, const std::string& name) {
  refuse_masked(value, name);
  if (py::isinstance<FloatArray>(value)) return py::reinterpret_borrow<FloatArray>(value);
  const py::array array = to_array(value, name);
  if (!is_real(array))
    refuse(name + " has dtype " + dtype_of(array) + "; give float32, or a float or integer type to convert.");
  return py::array_t<float, py::array::c_style | py::array::forcecast>(array);
}

FloatArray to_rows(py::handle value, int64_t n_features) {
  FloatArray rows = to_float_array(value, "features");
  const std::string wanted = "(N, " + std::to_string(n_features) + ")";
  if (rows.ndim() != 2)
    refuse("features has shape " + shape_of(rows) + "; the model takes rows of shape " + wanted +
           ", so one row is (1, " + std::to_string(n_features) + ").");
  if (rows.shape(1) != n_features)
    refuse("features has shape " + shape_of(rows) + "; the model takes " + std::to_string(n_features) +
           " features per row, " + wanted + ".");
  return rows;
}

FloatArray to_scores(py::handle out, py::ssize_t n_rows) {
  const std::string wanted =
      "; give a writable, C-contiguous float32 array of shape (" + std::to_string(n_rows) + ",).";
  if (!py::isinstance<py::array>(out)) refuse("out is a " + type_of(out) + wanted);
  refuse_masked(out, "out");
  const auto array = py::reinterpret_borrow<py::array>(out);
  if (!array.dtype().is(py::dtype::of<float>())) refuse("out has dtype " + dtype_of(array) + wanted);
  if (array.ndim() != 1 || array.shape(0) != n_rows) refuse("out has shape " + shape_of(array) + wanted);
  if (array.size() > 1 && array.strides(0) != static_cast<py::ssize_t>(sizeof(float)))
    refuse("out is strided" + wanted);
  if (!array.writeable()) refuse("out is read-only" + wanted);
  return py::reinterpret_borrow<FloatArray>(out);
}

}  // namespace vmaf_dnn::bind
