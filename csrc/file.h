// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "error.h"

namespace vmaf_dnn {

// Reads a regular file of 1 to `max_bytes` bytes whole, through one descriptor. `noun` names it in
// errors ("model file"). Throws Error: kModelNotFound, kTooLarge, or `unfit` (empty or unreadable).
std::string read_file(const std::filesystem::path& path, std::size_t max_bytes, const std::string& noun,
                      Code unfit);

}  // namespace vmaf_dnn
