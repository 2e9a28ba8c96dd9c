// SPDX-License-Identifier: BSD-3-Clause
#include "session.h"

#include <pybind11/stl.h>

#include "base/error.h"
#include "base/floats.h"
#include "bind/bind.h"
#include "bind/filter.h"
#include "bind/gil.h"
#include "bind/instance.h"
#include "bind/run.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {
namespace {

// What Python gets of a field.
template <typename Field>
py::object to_python(const Field& field) {
  return py::cast(field);
}
py::object to_python(const SystemText& text) {
  return py::reinterpret_steal<py::str>(PyUnicode_DecodeFSDefault(text.c_str()));
}
py::object to_python(const Texts& texts) { return py::tuple(py::cast(texts)); }
py::object to_python(const Range& range) { return py::make_tuple(range[0], range[1]); }
py::object to_python(const Ranges& ranges) {
  py::list list;
  for (const Range& range : ranges) list.append(to_python(range));
  return py::tuple(list);
}

py::dict to_dict(const SessionInfo& info) {
  py::dict fields;
#define VMAF_DNN_ENTRY(type, name) fields[#name] = to_python(info.name);
  VMAF_DNN_ENGINE_INFO(VMAF_DNN_ENTRY)
  VMAF_DNN_SESSION_INFO(VMAF_DNN_ENTRY)
#undef VMAF_DNN_ENTRY
  return fields;
}

}  // namespace

void register_session(py::module_& module) {
  py::class_<Session> type(module, "Session");
  define_run(type);
  define_filter(type);
  type.def(py::init([](const std::string& model, const std::string& precision, const std::string& engine,
                       const std::string& device, int threads, const std::string& registry,
                       bool strict_device, bool fp16_io, const std::vector<std::string>& search_path) {
             OpenOptions options;
             options.model = model;
             options.precision = parse_precision(precision);
             options.engine = engine;
             options.device = device;
             options.n_threads = threads;
             options.registry = registry;
             options.strict_device = strict_device;
             options.fp16_io = fp16_io;
             options.search_path = search_path;
             std::unique_ptr<Session> session;
             without_gil([&] { session = Session::open(options); });
             return session;
           }),
           py::kw_only(), py::arg("model"), py::arg("precision"), py::arg("engine"), py::arg("device"),
           py::arg("threads"), py::arg("registry"), py::arg("strict_device"), py::arg("fp16_io"),
           py::arg("search_path"), py::call_guard<DefaultFloats>())
      .def("_fell_back", [](py::handle self) { return self_of<Session>(self).info().fell_back; })
      .def("_info", [](py::handle self) { return to_dict(self_of<Session>(self).info()); });
  refuse_copies(type, "open another of the same model.");
}

}  // namespace vmaf_dnn::bind
