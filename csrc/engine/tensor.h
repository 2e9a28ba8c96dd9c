// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vmaf_dnn {

struct TensorRef {
  std::string name;
  const float* data;
  std::vector<int64_t> shape;
};

struct Tensor {
  std::string name;
  std::vector<float> data;
  std::vector<int64_t> shape;
};

}  // namespace vmaf_dnn
