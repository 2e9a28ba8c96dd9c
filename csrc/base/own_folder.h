// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

namespace vmaf_dnn {

// The folder of the shared object that holds this code; what is packaged with it is found from there.
std::filesystem::path folder_of_this_library();

}  // namespace vmaf_dnn
