// SPDX-License-Identifier: BSD-3-Clause
#include "features/workers.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/floats.h"

namespace vmaf_dnn::features {

namespace {

// The stages of a frame follow each other sooner than a thread falls asleep and wakes again.
constexpr std::chrono::microseconds kPatience(50);

template <typename Condition>
void wait_awake(std::unique_lock<std::mutex>& lock, const Condition& is_met) {
  if (is_met()) return;
  lock.unlock();
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!is_met() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  lock.lock();
}

}  // namespace

class Workers::Crew {
 public:
  explicit Crew(int n_others) {
    try {
      threads_.reserve(static_cast<size_t>(n_others));
      for (int i = 0; i < n_others; ++i) threads_.emplace_back([this] { work(); });
    } catch (const std::exception&) {
      // The system gives no more threads: those there are do the rest.
    }
  }

  ~Crew() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stops_ = true;
    }
    begin_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  // A fork has a copy of the crew, but not its threads.
  bool is_here() const { return process_ == getpid(); }

  void run(const std::vector<Task>& tasks) {
    std::unique_lock<std::mutex> lock(mutex_);
    tasks_ = &tasks;
    n_begun_ = 0;
    n_done_ = 0;
    failed_ = tasks.size();
    ++n_runs_;
    begin_.notify_all();
    take_tasks(lock);
    const auto is_done = [this, n_tasks = tasks.size()] { return n_done_ == n_tasks; };
    wait_awake(lock, is_done);
    end_.wait(lock, is_done);
    tasks_ = nullptr;
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  bool has_task() const { return tasks_ != nullptr && n_begun_ < tasks_->size(); }

  void work() {
    const DefaultFloats floats;
    std::unique_lock<std::mutex> lock(mutex_);
    while (!stops_) {
      take_tasks(lock);
      wait_awake(lock, [this, known = n_runs_.load()] { return n_runs_ != known; });
      begin_.wait(lock, [this] { return stops_ || has_task(); });
    }
  }

  void take_tasks(std::unique_lock<std::mutex>& lock) {
    while (has_task()) {
      const size_t i = n_begun_++;
      lock.unlock();
      std::exception_ptr error;
      try {
        (*tasks_)[i]();
      } catch (...) {
        error = std::current_exception();
      }
      lock.lock();
      if (error && i < failed_) {
        error_ = error;
        failed_ = i;
      }
      if (++n_done_ == tasks_->size()) end_.notify_one();
    }
  }

  const pid_t process_ = getpid();
  std::mutex mutex_;
  std::condition_variable begin_, end_;
  const std::vector<Task>* tasks_ = nullptr;
  std::atomic<size_t> n_runs_{0}, n_done_{0};  // those that wait awake read them without the lock
  size_t n_begun_ = 0;
  std::exception_ptr error_;  // of the task failed_
  size_t failed_ = 0;
  bool stops_ = false;
  std::vector<std::thread> threads_;
};

Workers::~Workers() {
  // A fork leaves its copy as it is: its threads can't be joined, nor what they waited for be destroyed.
  if (crew_ != nullptr && crew_->is_here()) delete crew_;
}

Workers::Crew& Workers::crew() {
  if (crew_ == nullptr || !crew_->is_here()) crew_ = new Crew(n_threads_ - 1);
  return *crew_;
}

void Workers::run(const std::vector<Task>& tasks) { crew().run(tasks); }

}  // namespace vmaf_dnn::features
