// SPDX-License-Identifier: BSD-3-Clause
#include "engine/fused_mlp/fused_engine.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <vector>

#include "base/floats.h"

namespace vmaf_dnn::fused {
namespace {

// Multiply-adds that outweigh the start of a thread (some 20 us) ten times.
constexpr int64_t kWorkAThread = int64_t{1} << 23;

int64_t work_a_row(const Mlp& net) {
  int64_t n_multiply_adds = 0;
  for (const Layer& layer : net.layers) n_multiply_adds += int64_t{layer.n_in} * layer.n_out;
  return n_multiply_adds;
}

}  // namespace

FusedEngine::FusedEngine(const Mlp& net, const Kernel& kernel, int n_threads)
    : kernel_(kernel),
      pack_(net, kernel),
      n_threads_(std::max(n_threads, 1)),
      rows_a_thread_(kWorkAThread / work_a_row(net) + 1) {}

void FusedEngine::run_features(const float* rows, int64_t n_rows, float* scores) const {
  if (n_threads_ == 1 || n_rows < 2 * rows_a_thread_) return kernel_.run(pack_.net(), rows, n_rows, scores);
  const int64_t n_parts = std::min(n_rows / rows_a_thread_, n_threads_);
  const auto run_part = [&](int64_t part) {
    const DefaultFloats floats;
    const int64_t first = n_rows * part / n_parts;
    const int64_t last = n_rows * (part + 1) / n_parts;
    kernel_.run(pack_.net(), rows + first * pack_.net().n_features, last - first, scores + first);
  };
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(n_parts - 1));
  int64_t n_started = 0;
  try {
    for (; n_started < n_parts - 1; ++n_started) threads.emplace_back(run_part, n_started);
  } catch (const std::system_error&) {
    // The system gives no more threads: this one does the rest.
  }
  for (int64_t part = n_started; part < n_parts; ++part) run_part(part);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace vmaf_dnn::fused
