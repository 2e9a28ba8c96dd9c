// SPDX-License-Identifier: BSD-3-Clause
// What Python hands over as self. Python can make an object without its __init__, for which pybind11 would
// allot memory and leave it as it is.
#pragma once

#include <pybind11/pybind11.h>

#include <string>

namespace vmaf_dnn::bind {

// For a method whose descriptor has looked at the type.
template <typename T>
T& held_by(pybind11::handle self) {
  const auto* instance = reinterpret_cast<const pybind11::detail::instance*>(self.ptr());
  if (!instance->simple_layout || !instance->simple_holder_constructed)
    throw pybind11::type_error("This " + std::string(Py_TYPE(self.ptr())->tp_name) +
                               " was never opened: its __init__ was not called.");
  return *static_cast<T*>(instance->simple_value_holder[0]);
}

template <typename T>
T& self_of(pybind11::handle self) {
  if (!pybind11::isinstance<T>(self))
    throw pybind11::type_error("A " + std::string(Py_TYPE(self.ptr())->tp_name) +
                               " was given as self; call the method of an object.");
  return held_by<T>(self);
}

// copy.copy and pickle ask for this.
inline void refuse_copies(pybind11::handle type, const char* cure) {
  type.attr("__reduce__") = pybind11::cpp_function(
      [cure](pybind11::handle self) {
        throw pybind11::type_error("A " + std::string(Py_TYPE(self.ptr())->tp_name) +
                                   " can't be copied or pickled; " + cure);
      },
      pybind11::is_method(type));
}

}  // namespace vmaf_dnn::bind
