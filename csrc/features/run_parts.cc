// SPDX-License-Identifier: BSD-3-Clause
#include "features/run_parts.h"

#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace vmaf_dnn::features {

void run_parts(int n_parts, const std::function<void(int part)>& run) {
  std::vector<std::thread> threads;
  threads.reserve(static_cast<size_t>(n_parts));
  int n_started = 0;
  try {
    for (; n_started < n_parts - 1; ++n_started) threads.emplace_back(run, n_started);
  } catch (const std::system_error&) {
    // The system gives no more threads: this one does the rest.
  }
  for (int part = n_started; part < n_parts; ++part) run(part);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace vmaf_dnn::features
