// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <pybind11/pybind11.h>

namespace vmaf_dnn::bind {

void define_filter(pybind11::handle session_type);

}  // namespace vmaf_dnn::bind
