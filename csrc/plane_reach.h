// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>

#include "onnx/graph.h"

namespace vmaf_dnn {

// How many pixels around each pixel of its input a filter looks at, to each side. Nothing if it may look
// further, sees where in the picture it is (constants of a picture's size, a scale for the whole tensor), or
// has nodes of which that is not known.
std::optional<int> reach_of(const GraphView& graph);

}  // namespace vmaf_dnn
