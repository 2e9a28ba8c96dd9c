// SPDX-License-Identifier: BSD-3-Clause
#include "features/extractor.h"

#include <pybind11/numpy.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "base/error.h"
#include "base/floats.h"
#include "bind/arrays.h"
#include "bind/bind.h"
#include "bind/gil.h"
#include "bind/instance.h"
#include "bind/process_lock.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {
namespace {

using features::Extractor;
using features::FeatureRow;
using features::Format;
using features::Plane;

std::string to_string(py::handle value) { return py::str(value).cast<std::string>(); }

[[noreturn]] void refuse(const std::string& name, const std::string& got, const Format& format) {
  throw Error(Code::kInvalidArgument,
              "the " + name + " frame " + got + "; give a (" + std::to_string(format.height) + ", " +
                  std::to_string(format.width) + ") NumPy array of " +
                  (format.bit_depth == 8 ? "uint8" : "uint16") + " whose rows are contiguous.");
}

// `array` holds what the plane points to: the value's memory, or a copy if its words lie at odd addresses. It
// is a plain array, whose properties no subclass states.
Plane to_plane(py::handle value, const std::string& name, const Format& format, py::array& array) {
  if (!py::isinstance<py::array>(value))
    refuse(name, "is a " + to_string(py::type::of(value).attr("__name__")), format);
  if (is_masked(value)) refuse(name, "is a masked array", format);
  array = to_plain(value);
  if (!(format.bit_depth == 8 ? array.dtype().is(py::dtype::of<uint8_t>())
                              : array.dtype().is(py::dtype::of<uint16_t>())))
    refuse(name, "has dtype " + to_string(array.dtype()), format);
  if (array.ndim() != 2 || array.shape(0) != format.height || array.shape(1) != format.width)
    refuse(name, "has shape " + to_string(array.attr("shape")), format);
  if (array.strides(1) != array.itemsize()) refuse(name, "has samples that lie apart", format);
  return {array.data(), array.strides(0)};
}

py::object to_rows(const std::vector<FeatureRow>& rows) {
  if (rows.empty()) return py::none();
  py::array_t<double> array({rows.size(), rows[0].size()});
  for (size_t i = 0; i < rows.size(); ++i)
    std::copy(rows[i].begin(), rows[i].end(), array.mutable_data(static_cast<py::ssize_t>(i), 0));
  return array;
}

// Python threads may share one.
struct LockedExtractor {
  Extractor extractor;
  ProcessLock mutex;

  LockedExtractor(const Format& format, int n_distorted, const features::Options& options)
      : extractor(format, n_distorted, options) {}
};

py::object push(py::handle self, py::handle reference, const py::args& distorted) {
  LockedExtractor& locked = self_of<LockedExtractor>(self);
  Extractor& extractor = locked.extractor;
  if (distorted.size() != static_cast<size_t>(extractor.n_distorted()))
    throw Error(Code::kInvalidArgument, std::to_string(distorted.size()) +
                                            " distorted frames were given; this extractor takes " +
                                            std::to_string(extractor.n_distorted()) + ".");
  std::vector<py::array> arrays(1 + distorted.size());
  const Plane first = to_plane(reference, "reference", extractor.format(), arrays[0]);
  std::vector<Plane> others;
  for (size_t i = 0; i < distorted.size(); ++i)
    others.push_back(to_plane(distorted[i], "distorted", extractor.format(), arrays[1 + i]));
  std::vector<FeatureRow> rows;
  without_gil([&] {
    const std::lock_guard<ProcessLock> lock(locked.mutex);
    rows = extractor.push(first, others.data());
  });
  return to_rows(rows);
}

py::object skip(py::handle self, py::handle reference) {
  LockedExtractor& locked = self_of<LockedExtractor>(self);
  py::array array;
  const Plane plane = to_plane(reference, "reference", locked.extractor.format(), array);
  std::vector<FeatureRow> rows;
  without_gil([&] {
    const std::lock_guard<ProcessLock> lock(locked.mutex);
    rows = locked.extractor.skip(plane);
  });
  return to_rows(rows);
}

py::object flush(py::handle self) {
  LockedExtractor& locked = self_of<LockedExtractor>(self);
  std::vector<FeatureRow> rows;
  without_gil([&] {
    const std::lock_guard<ProcessLock> lock(locked.mutex);
    rows = locked.extractor.flush();
  });
  return to_rows(rows);
}

features::MotionRule parse_motion_rule(const std::string& name) {
  if (name == "v3.1") return features::MotionRule::kLibvmaf31;
  if (name == "v3.2") return features::MotionRule::kLibvmaf32;
  throw Error(Code::kInvalidArgument, "motion_rule is " + name + "; it must be v3.1 or v3.2.");
}

}  // namespace

void register_extractor(py::module_& module) {
  using Floats = py::call_guard<DefaultFloats>;
  py::class_<LockedExtractor> type(module, "FeatureExtractor");
  type.def(py::init([](int width, int height, int bit_depth, int n_distorted, double adm_enhn_gain_limit,
                       double vif_enhn_gain_limit, const std::string& motion_rule, int threads) {
             return std::make_unique<LockedExtractor>(
                 Format{width, height, bit_depth}, n_distorted,
                 features::Options{adm_enhn_gain_limit, vif_enhn_gain_limit, parse_motion_rule(motion_rule),
                                   threads});
           }),
           py::arg("width"), py::arg("height"), py::arg("bit_depth") = 8, py::kw_only(),
           py::arg("n_distorted") = 1, py::arg("adm_enhn_gain_limit") = 100.0,
           py::arg("vif_enhn_gain_limit") = 100.0, py::arg("motion_rule") = "v3.2", py::arg("threads") = 1,
           Floats())
      .def("push", &push, py::arg("reference"), Floats())
      .def("skip", &skip, py::arg("reference"), Floats())
      .def("flush", &flush, Floats());
  refuse_copies(type, "make another of the same size.");
}

}  // namespace vmaf_dnn::bind
