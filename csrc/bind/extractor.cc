// SPDX-License-Identifier: BSD-3-Clause
#include "features/extractor.h"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

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

using features::Chroma;
using features::Extractor;
using features::Format;
using features::Plane;
using features::Planes;
using features::Rows;

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

// A frame is its luma, or a sequence of Y, U and V; `arrays` get what its planes point to.
Planes to_planes(py::handle value, const std::string& name, const Format& format,
                 std::vector<py::array>& arrays) {
  Planes planes{};
  if (format.chroma == Chroma::kNone) {
    planes[0] = to_plane(value, name, format, arrays.emplace_back());
    return planes;
  }
  if (!(PyTuple_Check(value.ptr()) || PyList_Check(value.ptr())) || py::len(value) != planes.size())
    throw Error(Code::kInvalidArgument,
                "the " + name + " frame is " +
                    (py::hasattr(value, "__len__") ? "not three planes" : "no sequence of planes") +
                    "; give its Y, U and V as a tuple of three NumPy arrays.");
  const auto sequence = py::reinterpret_borrow<py::sequence>(value);
  for (size_t i = 0; i < planes.size(); ++i)
    planes[i] = to_plane(sequence[i], name, format.of_plane(static_cast<int>(i)), arrays.emplace_back());
  return planes;
}

py::object to_rows(const Rows& rows, const Extractor& extractor) {
  if (rows.empty()) return py::none();
  const size_t n_columns = extractor.columns().size();
  py::array_t<double> array({rows.size() / n_columns, n_columns});
  std::copy(rows.begin(), rows.end(), array.mutable_data());
  return array;
}

// Python threads may share one.
struct LockedExtractor {
  Extractor extractor;
  ProcessLock mutex;

  template <typename... Arguments>
  explicit LockedExtractor(Arguments&&... arguments) : extractor(std::forward<Arguments>(arguments)...) {}
};

py::object push(py::handle self, py::handle reference, const py::args& distorted) {
  LockedExtractor& locked = self_of<LockedExtractor>(self);
  Extractor& extractor = locked.extractor;
  if (distorted.size() != static_cast<size_t>(extractor.n_distorted()))
    throw Error(Code::kInvalidArgument, std::to_string(distorted.size()) +
                                            " distorted frames were given; this extractor takes " +
                                            std::to_string(extractor.n_distorted()) + ".");
  std::vector<py::array> arrays;
  const Planes first = to_planes(reference, "reference", extractor.format(), arrays);
  std::vector<Planes> others;
  for (size_t i = 0; i < distorted.size(); ++i)
    others.push_back(to_planes(distorted[i], "distorted", extractor.format(), arrays));
  Rows rows;
  without_gil([&] {
    const std::lock_guard<ProcessLock> lock(locked.mutex);
    rows = extractor.push(first, others.data());
  });
  return to_rows(rows, extractor);
}

py::object skip(py::handle self, py::handle reference) {
  LockedExtractor& locked = self_of<LockedExtractor>(self);
  std::vector<py::array> arrays;
  const Planes planes = to_planes(reference, "reference", locked.extractor.format(), arrays);
  Rows rows;
  without_gil([&] {
    const std::lock_guard<ProcessLock> lock(locked.mutex);
    rows = locked.extractor.skip(planes);
  });
  return to_rows(rows, locked.extractor);
}

// All that are left.
py::object flush(py::handle self) {
  LockedExtractor& locked = self_of<LockedExtractor>(self);
  Rows rows;
  without_gil([&] {
    const std::lock_guard<ProcessLock> lock(locked.mutex);
    for (Rows next = locked.extractor.flush(); !next.empty(); next = locked.extractor.flush())
      rows.insert(rows.end(), next.begin(), next.end());
  });
  return to_rows(rows, locked.extractor);
}

std::vector<std::string> feature_names(py::handle self) {
  std::vector<std::string> names;
  for (const auto& column : self_of<LockedExtractor>(self).extractor.columns()) names.push_back(column.name);
  return names;
}

Chroma parse_chroma(const std::string& name) {
  if (name.empty()) return Chroma::kNone;
  if (name == "420") return Chroma::k420;
  if (name == "422") return Chroma::k422;
  if (name == "444") return Chroma::k444;
  throw Error(Code::kInvalidArgument, "chroma is " + name + "; it must be 420, 422 or 444.");
}

features::MotionRule parse_motion_rule(const std::string& name) {
  if (name == "v3.1") return features::MotionRule::kLibvmaf31;
  if (name == "v3.2") return features::MotionRule::kLibvmaf32;
  throw Error(Code::kInvalidArgument, "motion_rule is " + name + "; it must be v3.1 or v3.2.");
}

}  // namespace

void register_extractor(py::module_& module) {
  using Floats = py::call_guard<DefaultFloats>;
  module.def(
      "feature_name",
      [](const std::string& feature) {
        return features::FeaturePlan({features::parse_feature(feature)}).columns[0].name;
      },
      py::arg("feature"), Floats());
  py::class_<LockedExtractor> type(module, "FeatureExtractor");
  type.def(py::init([](int width, int height, int bit_depth, int n_distorted, double adm_enhn_gain_limit,
                       double vif_enhn_gain_limit, const std::string& motion_rule, int threads,
                       const std::vector<std::string>& names, const std::string& chroma,
                       const std::vector<std::array<int, 3>>& encodes) {
             std::vector<features::FeatureRequest> requests;
             for (const std::string& name : names) requests.push_back(features::parse_feature(name));
             if (names.empty())
               requests = features::canonical_six(adm_enhn_gain_limit, vif_enhn_gain_limit,
                                                  parse_motion_rule(motion_rule));
             const Format format{width, height, bit_depth, parse_chroma(chroma)};
             if (encodes.empty())
               return std::make_unique<LockedExtractor>(format, n_distorted, requests, threads);
             std::vector<features::Encode> distorted;
             for (const auto& [of_width, of_height, of_depth] : encodes)
               distorted.push_back({of_width, of_height, of_depth});
             return std::make_unique<LockedExtractor>(format, distorted, requests, threads);
           }),
           py::arg("width"), py::arg("height"), py::arg("bit_depth") = 8, py::kw_only(),
           py::arg("n_distorted") = 1, py::arg("adm_enhn_gain_limit") = 100.0,
           py::arg("vif_enhn_gain_limit") = 100.0, py::arg("motion_rule") = "v3.2", py::arg("threads") = 1,
           py::arg("features") = std::vector<std::string>(), py::arg("chroma") = "",
           py::arg("encodes") = std::vector<std::array<int, 3>>(), Floats())
      .def_property_readonly("features", &feature_names)
      .def("push", &push, py::arg("reference"), Floats())
      .def("skip", &skip, py::arg("reference"), Floats())
      .def("flush", &flush, Floats());
  refuse_copies(type, "make another of the same size.");
}

}  // namespace vmaf_dnn::bind
