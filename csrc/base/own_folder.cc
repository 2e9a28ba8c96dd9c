// SPDX-License-Identifier: BSD-3-Clause
#include "base/own_folder.h"

#include <dlfcn.h>

namespace vmaf_dnn {

std::filesystem::path folder_of_this_library() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&folder_of_this_library), &info) == 0) return {};
  std::error_code ignored;
  return std::filesystem::weakly_canonical(info.dli_fname, ignored).parent_path();
}

}  // namespace vmaf_dnn
