// SPDX-License-Identifier: BSD-3-Clause
// Session.run, the call that everything else is there for. One row takes a tenth of a microsecond to score,
// less than pybind11 takes to look at the arguments; so the method speaks CPython's vector-call protocol,
// takes the plain case (a C-contiguous float32 array of rows) straight through, and leaves everything else to
// `run_general`.
#include "bind/run.h"

#include "base/error.h"
#include "base/floats.h"
#include "bind/arrays.h"
#include "bind/bind.h"
#include "bind/gil.h"
#include "bind/instance.h"
#include "session.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {
namespace {

// Letting go of the lock costs as much as one row; under these few it does not pay to let others in.
constexpr int64_t kRowsWorthUnlocking = 64;

void score(const Session& session, const float* rows, int64_t n_rows, float* scores) {
  if (session.is_fused() && n_rows < kRowsWorthUnlocking)
    session.run_features(rows, n_rows, scores);
  else
    without_gil([&] { session.run_features(rows, n_rows, scores); });
}

struct NumPy {
  const py::detail::npy_api& api = py::detail::npy_api::get();
  py::dtype float32 = py::dtype::of<float>();

  static const NumPy& get() {
    // Making it lets go of the GIL; a plain static would be waited for with the GIL in hand.
    PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<NumPy> numpy;
    return numpy.call_once_and_store_result([] { return NumPy(); }).get_stored();
  }

  // A view of the rows, or nullptr if the object is not plainly (N, n_features) float32.
  const py::detail::PyArray_Proxy* as_plain_rows(PyObject* object, int64_t n_features) const {
    using Api = py::detail::npy_api;
    if (Py_TYPE(object) != api.PyArray_Type_) return nullptr;
    const auto* array = py::detail::array_proxy(object);
    constexpr int kPlain = Api::NPY_ARRAY_C_CONTIGUOUS_ | Api::NPY_ARRAY_ALIGNED_;
    const bool is_plain = array->nd == 2 && (array->flags & kPlain) == kPlain &&
                          array->descr == float32.ptr() && array->dimensions[1] == n_features;
    return is_plain ? array : nullptr;
  }

  PyObject* new_scores(py::ssize_t n_rows) const {
    return api.PyArray_NewFromDescr_(api.PyArray_Type_, float32.inc_ref().ptr(), 1, &n_rows, nullptr, nullptr,
                                     0, nullptr);
  }
};

// Scores are written while rows are still read.
void refuse_overlap(const FloatArray& rows, const FloatArray& scores) {
  const bool are_apart =
      rows.data() + rows.size() <= scores.data() || scores.data() + scores.size() <= rows.data();
  if (!are_apart && rows.size() != 0)
    throw Error(Code::kInvalidArgument, "out shares memory with features; give a separate array.");
}

py::object run_rows(const Session& session, py::handle features, py::handle out) {
  const FloatArray rows = to_rows(features, session.contract().n_features);
  const py::ssize_t n_rows = rows.shape(0);
  FloatArray scores = out.is_none() ? FloatArray(n_rows) : to_scores(out, n_rows);
  refuse_overlap(rows, scores);
  score(session, rows.data(), n_rows, scores.mutable_data());
  return std::move(scores);
}

std::vector<Tensor> run_tensors(const Session& session, const std::vector<TensorRef>& inputs) {
  std::vector<Tensor> outputs;
  without_gil([&] { outputs = session.run(inputs); });
  return outputs;
}

TensorRef to_tensor(const std::string& name, const FloatArray& array) {
  return {name, array.data(), std::vector<int64_t>(array.shape(), array.shape() + array.ndim())};
}

py::array to_array(const Tensor& tensor) {
  FloatArray array(std::vector<py::ssize_t>(tensor.shape.begin(), tensor.shape.end()));
  std::copy(tensor.data.begin(), tensor.data.end(), array.mutable_data());
  return std::move(array);
}

py::object run_named(const Session& session, const py::dict& named) {
  std::vector<FloatArray> arrays;
  std::vector<TensorRef> inputs;
  for (const auto& [key, value] : named) {
    const std::string name = py::str(key);
    arrays.push_back(to_float_array(value, "The input \"" + name + "\""));
    inputs.push_back(to_tensor(name, arrays.back()));
  }
  py::dict outputs;
  for (const Tensor& tensor : run_tensors(session, inputs)) outputs[py::str(tensor.name)] = to_array(tensor);
  return std::move(outputs);
}

py::object run_single(const Session& session, py::handle value) {
  if (session.inputs().size() != 1 || session.outputs().size() != 1)
    throw Error(Code::kInvalidArgument, "The model " + session.info().id + " has " +
                                            std::to_string(session.inputs().size()) + " inputs and " +
                                            std::to_string(session.outputs().size()) +
                                            " outputs; give a dict of input name to array.");
  const std::string& name = session.inputs()[0].name;
  const FloatArray array = to_float_array(value, "The input \"" + name + "\"");
  return to_array(run_tensors(session, {to_tensor(name, array)})[0]);
}

py::object run_general(const Session& session, py::handle features, py::handle out) {
  const bool is_named = py::isinstance<py::dict>(features);
  if (session.contract().is_feature_model && !is_named) return run_rows(session, features, out);
  if (!out.is_none())
    throw Error(Code::kInvalidArgument,
                "out= works with feature rows only; leave it out and take the returned arrays.");
  return is_named ? run_named(session, py::reinterpret_borrow<py::dict>(features))
                  : run_single(session, features);
}

struct Arguments {
  PyObject* features = nullptr;
  PyObject* out = Py_None;
};

// run(features, *, out=None), as Python would bind it.
Arguments bind_arguments(PyObject* const* values, Py_ssize_t n_positional, PyObject* names) {
  if (n_positional > 1)
    throw py::type_error(
        "run() takes one positional argument, features; give the array for the scores as out=");
  Arguments bound;
  if (n_positional == 1) bound.features = values[0];
  const Py_ssize_t n_named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  for (Py_ssize_t i = 0; i < n_named; ++i) {
    PyObject* const name = PyTuple_GET_ITEM(names, i);
    PyObject* const value = values[n_positional + i];
    if (PyUnicode_CompareWithASCIIString(name, "out") == 0)
      bound.out = value;
    else if (PyUnicode_CompareWithASCIIString(name, "features") == 0 && bound.features == nullptr)
      bound.features = value;
    else
      throw py::type_error("run() has no argument " + py::repr(name).cast<std::string>() +
                           "; it takes features and out");
  }
  if (bound.features == nullptr)
    throw py::type_error("run() needs features, an array of rows or a dict of arrays");
  return bound;
}

PyObject* run_bound(PyObject* self, PyObject* const* values, Py_ssize_t n_positional, PyObject* names) {
  const Session& session = held_by<Session>(self);
  const NumPy& numpy = NumPy::get();
  if (n_positional == 1 && names == nullptr && session.contract().is_feature_model) {
    if (const auto* rows = numpy.as_plain_rows(values[0], session.contract().n_features)) {
      PyObject* const scores = numpy.new_scores(rows->dimensions[0]);
      if (scores == nullptr) throw py::error_already_set();
      auto owner = py::reinterpret_steal<py::object>(scores);
      score(session, reinterpret_cast<const float*>(rows->data), rows->dimensions[0],
            reinterpret_cast<float*>(py::detail::array_proxy(scores)->data));
      return owner.release().ptr();
    }
  }
  const Arguments bound = bind_arguments(values, n_positional, names);
  return run_general(session, bound.features, bound.out).release().ptr();
}

PyObject* run(PyObject* self, PyObject* const* values, Py_ssize_t n_positional, PyObject* names) {
  const DefaultFloats floats;
  try {
    return run_bound(self, values, n_positional, names);
  } catch (py::error_already_set& error) {
    error.restore();
  } catch (const Error& error) {
    set_python_error(error);
  } catch (const py::builtin_exception& error) {
    error.set_error();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  }
  return nullptr;
}

constexpr const char* kDoc = R"(run($self, features, *, out=None)
--

Score rows of features, or run named tensors.

Args:
    features: (N, F) rows of raw features, F = len(info.features), in the order of info.features; any float or
        integer array-like (float32 and C-contiguous is used without a copy). Or a dict of input name to array,
        for any model.
    out: (N,) float32, C-contiguous and writable, apart from `features`, to write the scores into; for rows only.

Returns:
    (N,) float32 scores as the graph gives them, not clipped: `out` if it was given. For a dict, a dict of output
    name to float32 array. A row's score does not depend on the rows around it.

Raises:
    InvalidArgument: a shape, dtype or name that the model or `out` does not take.
    Unsupported: the model has tensors of a type that is not converted from or to float32.
    RuntimeFailure: ONNX Runtime failed.
)";

PyMethodDef definition = {"run", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(&run)),
                          METH_FASTCALL | METH_KEYWORDS, kDoc};

}  // namespace

void define_run(py::handle session_type) {
  auto* const type = reinterpret_cast<PyTypeObject*>(session_type.ptr());
  session_type.attr("run") = py::reinterpret_steal<py::object>(PyDescr_NewMethod(type, &definition));
}

}  // namespace vmaf_dnn::bind
