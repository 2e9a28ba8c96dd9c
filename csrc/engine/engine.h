// SPDX-License-Identifier: BSD-3-Clause
// What scores feature rows. Engines are immutable after construction: any number of threads may call.
#pragma once

#include <cstdint>
#include <string_view>

namespace vmaf_dnn {

class Engine {
 public:
  virtual ~Engine() = default;

  virtual std::string_view name() const = 0;

  // `rows` is (n_rows, n_features), row-major; writes n_rows scores. A row's score does not depend on the
  // other rows of the call.
  virtual void run_features(const float* rows, int64_t n_rows, float* scores) const = 0;
};

}  // namespace vmaf_dnn
