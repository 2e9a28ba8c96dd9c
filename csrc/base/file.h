// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/error.h"

namespace vmaf_dnn {

struct FileContent {
  std::filesystem::path path;  // of the very file that was read, links resolved
  std::string bytes;
};

using PathCheck = void (*)(const std::filesystem::path& resolved);

// Reads a regular file of 1 to `max_bytes` bytes whole, through one descriptor; links are followed. `noun`
// names it in errors ("model file"). `check` may throw at where the open file lies, before a byte is read.
// Throws Error: kModelNotFound, kTooLarge, or `unfit` (empty or unreadable).
FileContent read_file(const std::filesystem::path& path, std::size_t max_bytes, const std::string& noun,
                      Code unfit, PathCheck check = nullptr);

}  // namespace vmaf_dnn
