// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <pybind11/pybind11.h>

namespace vmaf_dnn {
class Session;
}

namespace vmaf_dnn::bind {

// The session of a Python object. Throws TypeError if there is none: __new__ alone opens nothing.
const Session& session_of(pybind11::handle self);

// Defines `run` on the bound Session type.
void define_run(pybind11::handle session_type);

}  // namespace vmaf_dnn::bind
