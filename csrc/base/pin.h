// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

namespace vmaf_dnn {

// The digest that a model file must have, the registry or sidecar that says so, and the Sigstore bundle that
// the registry names for these bytes. The core looks into no bundle: whoever opens a model may, beforehand.
struct Pin {
  std::string sha256;
  std::filesystem::path stated_by;
  std::filesystem::path bundle;  // empty: none is named
};

}  // namespace vmaf_dnn
