// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "base/error.h"

namespace vmaf_dnn {

// What is left of a limit on the whole model.
class Budget {
 public:
  Budget(std::size_t most, const char* things) : most_(most), left_(most), things_(things) {}

  void take(std::size_t n = 1) {
    if (n > left_)
      throw Error(Code::kTooLarge, "The model has more than " + std::to_string(most_) + " " + things_ +
                                       ", the most that is admitted; simplify it.");
    left_ -= n;
  }

 private:
  std::size_t most_;
  std::size_t left_;
  const char* things_;
};

}  // namespace vmaf_dnn
