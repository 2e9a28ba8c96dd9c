// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

namespace vmaf_dnn::features {

// Runs part 0 to n_parts - 1, each in a thread as far as the system gives them, and returns when all are
// done. A part must not throw.
void run_parts(int n_parts, const std::function<void(int part)>& run);

}  // namespace vmaf_dnn::features
