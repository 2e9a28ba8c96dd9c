// SPDX-License-Identifier: BSD-3-Clause
#include "base/floats.h"

#include <optional>

#include "bind/bind.h"
#include "bind/instance.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {
namespace {

// Of the thread that enters and leaves it.
using State = std::optional<DefaultFloats>;

void enter(py::handle self) { self_of<State>(self).emplace(); }
void leave(py::handle self, const py::args&) { self_of<State>(self).reset(); }

}  // namespace

void register_floats(py::module_& module) {
  py::class_<State> type(module, "DefaultFloats");
  type.def(py::init<>()).def("__enter__", &enter).def("__exit__", &leave);
  refuse_copies(type, "make another.");
}

}  // namespace vmaf_dnn::bind
