// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

namespace vmaf_dnn {

// The digest that a model file must have, and the registry or sidecar that says so.
struct Pin {
  std::string sha256;
  std::filesystem::path stated_by;
};

}  // namespace vmaf_dnn
