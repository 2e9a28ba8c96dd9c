// SPDX-License-Identifier: BSD-3-Clause
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <memory>

#include "base/error.h"
#include "base/floats.h"
#include "bind/bind.h"
#include "bind/gil.h"
#include "bind/instance.h"
#include "svm/read_model.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {
namespace {

using Rows = py::array_t<double, py::array::c_style>;

py::object to_python(const std::optional<std::array<double, 2>>& range) {
  return range ? py::object(py::make_tuple((*range)[0], (*range)[1])) : py::object(py::none());
}

py::object to_python(const std::optional<ScoreTransform>& transform) {
  if (!transform) return py::none();
  py::list knots;
  for (const auto& knot : transform->knots) knots.append(to_python(std::optional(knot)));
  return py::make_tuple(py::tuple(py::cast(transform->coefficients)), py::tuple(knots),
                        transform->never_raises, transform->never_lowers);
}

py::object to_python(const std::optional<svm::ChromaCorrection>& correction) {
  if (!correction) return py::none();
  return py::make_tuple(correction->parameter, correction->guided, correction->guide);
}

py::dict to_dict(const svm::Model& model) {
  py::list features;
  for (const svm::Feature& feature : model.features())
    features.append(py::make_tuple(feature.name, feature.options));
  py::dict fields;
  fields["sha256"] = model.sha256();
  fields["features"] = features;
  fields["clip"] = to_python(model.main().clip);
  fields["transform"] = to_python(model.main().transform);
  fields["chroma_correction"] = to_python(model.main().chroma_correction);
  fields["n_support_vectors"] = model.n_vectors();
  fields["score_names"] = py::tuple(py::cast(model.score_names()));
  return fields;
}

// (n, features) -> (n, score names).
py::array_t<double> predict(const svm::Model& model, const Rows& rows) {
  if (rows.ndim() != 2 || static_cast<size_t>(rows.shape(1)) != model.features().size())
    throw Error(Code::kInvalidArgument,
                "rows must be an (n, " + std::to_string(model.features().size()) + ") array.");
  const auto n_rows = static_cast<size_t>(rows.shape(0));
  py::array_t<double> scores({n_rows, model.score_names().size()});
  const double* const from = rows.data();
  double* const to = scores.mutable_data();
  without_gil([&] { model.predict(from, n_rows, to); });
  return scores;
}

}  // namespace

void register_svm(py::module_& module) {
  using Floats = py::call_guard<DefaultFloats>;
  py::class_<svm::Model> type(module, "SvmModel");
  type.def(py::init([](const std::string& path, const std::string& name, bool clip,
                       std::optional<bool> transform, const svm::Overloads& overloads,
                       const std::string& sha256) {
             std::unique_ptr<svm::Model> model;
             without_gil([&] {
               model = std::make_unique<svm::Model>(
                   svm::read_model(path, {name, sha256, {clip, transform, overloads}}));
             });
             return model;
           }),
           py::kw_only(), py::arg("path"), py::arg("name"), py::arg("clip"), py::arg("transform"),
           py::arg("overloads"), py::arg("sha256"), Floats())
      .def("info", [](py::handle self) { return to_dict(self_of<svm::Model>(self)); })
      .def(
          "predict",
          [](py::handle self, const Rows& rows) { return predict(self_of<svm::Model>(self), rows); },
          py::arg("rows"), Floats());
  refuse_copies(type, "read the file again.");
}

}  // namespace vmaf_dnn::bind
