// SPDX-License-Identifier: BSD-3-Clause
// Threads that wait for work.
#pragma once

#include <functional>
#include <vector>

namespace vmaf_dnn::features {

using Task = std::function<void()>;

class Workers {
 public:
  // The caller of run() is one of n_threads. The others start with the first run(), as far as the system
  // gives them; a fork of the process starts its own.
  explicit Workers(int n_threads) : n_threads_(n_threads) {}
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  int n_threads() const { return n_threads_; }

  // Begins the tasks in their order and returns when all are done. Throws what the first that failed threw.
  // Not to be called by two threads at once.
  void run(const std::vector<Task>& tasks);

 private:
  class Crew;

  Crew& crew();

  int n_threads_;
  Crew* crew_ = nullptr;
};

}  // namespace vmaf_dnn::features
