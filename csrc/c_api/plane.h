// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "features/frame.h"

namespace vmaf_dnn::c_api {

// No row of a plane lies further from its first than memory reaches.
inline constexpr ptrdiff_t kMaxStrideBytes = PTRDIFF_MAX / features::kMaxSide;

// Whether the memory of a plane can be what the format says; `name` is the plane's in the refusal.
// Throws Error{kInvalidArgument}.
void check_memory(const features::Plane& plane, const features::Format& format, const std::string& name);

}  // namespace vmaf_dnn::c_api
