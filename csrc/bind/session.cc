// SPDX-License-Identifier: BSD-3-Clause
#include "session.h"

#include <pybind11/stl.h>

#include "bind/arrays.h"
#include "bind/bind.h"
#include "bind/gil.h"
#include "error.h"

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
  fields["redirect"] = info.redirect;
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
  fields["output_range"] = py::make_tuple(info.output_range[0], info.output_range[1]);
  fields["runtime_version"] = info.runtime_version;
  fields["runtime_library"] = info.runtime_library;
  return fields;
}

// Scores are written while rows are still read.
void refuse_overlap(const FloatArray& rows, const FloatArray& scores) {
  const bool are_apart =
      rows.data() + rows.size() <= scores.data() || scores.data() + scores.size() <= rows.data();
  if (!are_apart && rows.size() != 0)
    throw Error(Code::kInvalidArgument, "out shares memory with features; give a separate array.");
}

FloatArray run_rows(const Session& session, py::handle features, py::handle out) {
  const FloatArray rows = to_rows(features, session.contract().n_features);
  const py::ssize_t n_rows = rows.shape(0);
  FloatArray scores = out.is_none() ? FloatArray(n_rows) : to_scores(out, n_rows);
  const float* from = rows.data();
  float* to = scores.mutable_data();
  refuse_overlap(rows, scores);
  without_gil([&] { session.run_features(from, n_rows, to); });
  return scores;
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
  return array;
}

py::dict run_named(const Session& session, const py::dict& named) {
  std::vector<FloatArray> arrays;
  std::vector<TensorRef> inputs;
  for (const auto& [key, value] : named) {
    const std::string name = py::str(key);
    arrays.push_back(to_float_array(value, "The input \"" + name + "\""));
    inputs.push_back(to_tensor(name, arrays.back()));
  }
  py::dict outputs;
  for (const Tensor& tensor : run_tensors(session, inputs)) outputs[py::str(tensor.name)] = to_array(tensor);
  return outputs;
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

py::object run(const Session& session, const py::object& features, const py::object& out) {
  if (session.contract().is_feature_model && !py::isinstance<py::dict>(features))
    return run_rows(session, features, out);
  if (!out.is_none())
    throw Error(Code::kInvalidArgument,
                "out= works with feature rows only; leave it out and take the returned arrays.");
  return py::isinstance<py::dict>(features) ? run_named(session, features) : run_single(session, features);
}

constexpr const char* kRunDoc = R"(Score rows of features, or run named tensors.

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
    Unsupported: the model has tensors that are not float32.
    RuntimeFailure: ONNX Runtime failed.
)";

}  // namespace

void register_session(py::module_& module) {
  py::class_<Session>(module, "Session")
      .def(py::init([](const std::string& model, const std::string& precision, const std::string& engine,
                       const std::string& device, int threads, const std::string& registry,
                       bool strict_device, const std::vector<std::string>& search_path) {
             const OpenOptions options{
                 model,      parse_precision(precision), engine, device, strict_device, threads, registry,
                 search_path};
             std::unique_ptr<Session> session;
             without_gil([&] { session = Session::open(options); });
             return session;
           }),
           py::kw_only(), py::arg("model"), py::arg("precision"), py::arg("engine"), py::arg("device"),
           py::arg("threads"), py::arg("registry"), py::arg("strict_device"), py::arg("search_path"))
      .def("run", &run, py::arg("features"), py::kw_only(), py::arg("out") = py::none(), kRunDoc)
      .def("_info", [](const Session& session) { return to_dict(session.info()); });
}

}  // namespace vmaf_dnn::bind
