// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace vmaf_dnn {

// Reads a regular file of 1 to `max_bytes` bytes whole, through one descriptor. `noun` names it in
// errors ("model file"). Throws Error: kModelNotFound, kMalformed (empty, unreadable) or kTooLarge.
std::string read_file(const std::filesystem::path& path, std::size_t max_bytes, const std::string& noun);

}  // namespace vmaf_dnn
