// SPDX-License-Identifier: BSD-3-Clause
#include "session.h"

#include <pybind11/stl.h>

#include "base/error.h"
#include "bind/bind.h"
#include "bind/gil.h"
#include "bind/run.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {
namespace {

py::dict to_dict(const SessionInfo& info) {
  py::dict fields;
  fields["id"] = info.id;
  fields["kind"] = info.kind;
  const auto path = [](const std::string& bytes) {
    return py::reinterpret_steal<py::str>(PyUnicode_DecodeFSDefault(bytes.c_str()));
  };
  fields["path"] = path(info.path);
  fields["sha256"] = info.sha256;
  fields["pinned_by"] = path(info.pinned_by);
  fields["size_bytes"] = info.size_bytes;
  fields["opset"] = info.opset;
  fields["precision"] = info.precision;
  fields["redirect"] = path(info.redirect);
  fields["fell_back"] = info.fell_back;
  fields["engine"] = info.engine;
  fields["engine_reason"] = info.engine_reason;
  fields["isa"] = info.isa;
  fields["device_requested"] = info.device_requested;
  fields["device_attached"] = info.device_attached;
  fields["device_reason"] = info.device_reason;
  fields["inputs"] = py::tuple(py::cast(info.inputs));
  fields["outputs"] = py::tuple(py::cast(info.outputs));
  fields["features"] = py::tuple(py::cast(info.features));
  py::list feature_range;
  for (const auto& [lowest, highest] : info.feature_range)
    feature_range.append(py::make_tuple(lowest, highest));
  fields["feature_range"] = py::tuple(feature_range);
  fields["output_range"] = py::make_tuple(info.output_range[0], info.output_range[1]);
  fields["runtime_version"] = info.runtime_version;
  fields["runtime_library"] = info.runtime_library;
  return fields;
}

}  // namespace

void register_session(py::module_& module) {
  py::class_<Session> type(module, "Session");
  define_run(type);
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
           py::arg("search_path"))
      .def("_fell_back", [](py::handle self) { return session_of(self).info().fell_back; })
      .def("_info", [](py::handle self) { return to_dict(session_of(self).info()); });
}

}  // namespace vmaf_dnn::bind
