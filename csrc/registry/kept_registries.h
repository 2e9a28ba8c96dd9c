// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "registry/registry.h"

namespace vmaf_dnn {

// Parsed once as long as the file stays as it is: the last few are kept in the process. From any thread, and
// in forked children. Throws Error: kModelNotFound (no such file), kTooLarge, kRegistryInvalid.
std::shared_ptr<const Registry> read_registry(const std::filesystem::path& path);

}  // namespace vmaf_dnn
