// SPDX-License-Identifier: BSD-3-Clause
// Session._filter, behind filter_frames(), which has looked at the frames.
#include "bind/filter.h"

#include <pybind11/numpy.h>

#include "base/error.h"
#include "base/floats.h"
#include "bind/gil.h"
#include "bind/instance.h"
#include "plane_filter.h"

namespace py = pybind11;

namespace vmaf_dnn::bind {
namespace {

// Throws Error{kInvalidArgument} for what is no plane of so many bits.
void check_plane(const py::array& plane, int bit_depth) {
  const bool has_samples =
      plane.dtype().is(bit_depth == 8 ? py::dtype::of<uint8_t>() : py::dtype::of<uint16_t>());
  const bool is_plain = plane.ndim() == 2 && (plane.flags() & py::array::c_style) && plane.size() != 0;
  if (has_samples && is_plain && bit_depth >= 8 && bit_depth <= 16 && plane.shape(0) <= INT32_MAX &&
      plane.shape(1) <= INT32_MAX)
    return;
  throw Error(Code::kInvalidArgument,
              "The plane is no contiguous (height, width) array of uint8, or of uint16 for 9 to 16 bits; "
              "give one that is not empty.");
}

py::array filter(py::handle self, const py::array& plane, int bit_depth) {
  const Session& session = self_of<Session>(self);
  check_plane(plane, bit_depth);
  py::array filtered(plane.dtype(), {plane.shape(0), plane.shape(1)});
  const features::Format format{static_cast<int>(plane.shape(1)), static_cast<int>(plane.shape(0)),
                                bit_depth};
  const ptrdiff_t stride_bytes = plane.strides(0);
  const features::Plane in{plane.data(), stride_bytes};
  const MutablePlane out{filtered.mutable_data(), filtered.strides(0)};
  without_gil([&] { filter_plane(session, format, in, out); });
  return filtered;
}

}  // namespace

void define_filter(py::handle session_type) {
  session_type.attr("_filter") =
      py::cpp_function(&filter, py::name("_filter"), py::is_method(session_type), py::arg("plane"),
                       py::arg("bit_depth"), py::call_guard<DefaultFloats>());
}

}  // namespace vmaf_dnn::bind
