// SPDX-License-Identifier: BSD-3-Clause
// From what people pass as features to memory that an engine reads, and the refusals on the way.
#pragma once

#include <pybind11/numpy.h>

#include "onnx/graph.h"

namespace vmaf_dnn::bind {

using FloatArray = pybind11::array_t<float, pybind11::array::c_style>;

// Whether it is a numpy.ma array, whose masked values no score knows of.
bool is_masked(pybind11::handle value);

// The array's memory as a plain ndarray with aligned elements, copied if they were not.
pybind11::array to_plain(pybind11::handle array);

// A C-contiguous float32 view or copy of any real-valued array-like. Throws Error{kInvalidArgument}.
FloatArray to_float_array(pybind11::handle value, const std::string& name);

// The same, and of shape (N, n_features).
FloatArray to_rows(pybind11::handle value, int64_t n_features);

// `out` itself if n_rows scores can be written straight into it. Throws Error{kInvalidArgument}.
FloatArray to_scores(pybind11::handle out, pybind11::ssize_t n_rows);

}  // namespace vmaf_dnn::bind
