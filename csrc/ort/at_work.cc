// SPDX-License-Identifier: BSD-3-Clause
#include "ort/at_work.h"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "base/error.h"

namespace vmaf_dnn::ort {
namespace {

using Clock = std::chrono::steady_clock;

// A session opens in milliseconds, a large one on a device in minutes; who forks may hold locks meanwhile, as
// Python's, which work does not need to end.
constexpr auto kPatience = std::chrono::seconds(2);
constexpr auto kBetweenLooks = std::chrono::microseconds(100);

std::mutex forking;
std::atomic<bool> is_forking{false};
std::atomic<bool> is_cut{false};  // in the parent, another thread was at work
std::atomic<int> n_at_work{0};
thread_local int n_mine = 0;

bool others_are_at_work() { return n_at_work > n_mine; }

void before_fork() {
  forking.lock();
  is_forking = true;
  const Clock::time_point end = Clock::now() + kPatience;
  while (others_are_at_work() && Clock::now() < end) std::this_thread::sleep_for(kBetweenLooks);
}

void go_on() {
  is_forking = false;
  forking.unlock();
}

void begin_child() {
  if (others_are_at_work()) is_cut = true;
  n_at_work = n_mine;
  go_on();
}

[[maybe_unused]] const int at_fork = pthread_atfork(before_fork, go_on, begin_child);

}  // namespace

AtWork::AtWork() noexcept {
  for (;; n_at_work -= 1) {
    while (is_forking && n_mine == 0) std::this_thread::sleep_for(kBetweenLooks);
    n_at_work += 1;
    if (!is_forking || n_mine > 0) break;
  }
  n_mine += 1;
}

AtWork::~AtWork() {
  n_mine -= 1;
  n_at_work -= 1;
}

bool AtWork::is_possible() const noexcept { return !is_cut; }

void AtWork::check() const {
  if (!is_possible())
    throw Error(
        Code::kRuntimeFailure,
        "This process was forked while another thread loaded ONNX Runtime or opened a model with it, "
        "and can't use it; fork before or after that, or start a new process instead (multiprocessing: "
        "\"spawn\").");
}

}  // namespace vmaf_dnn::ort
