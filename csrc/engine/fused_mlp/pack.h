// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "engine/fused_mlp/kernels/kernel.h"
#include "engine/fused_mlp/mlp.h"

namespace vmaf_dnn::fused {

// A net in the order in which one kernel reads it. Owns what its PackedMlp points to.
class Pack {
 public:
  Pack(const Mlp& net, const Kernel& kernel);
  Pack(const Pack&) = delete;
  Pack& operator=(const Pack&) = delete;

  const PackedMlp& net() const { return net_; }

 private:
  const float* keep(std::vector<float> values);
  const int32_t* keep(std::vector<int32_t> values);
  PackedLayer pack(const Layer& layer, const Kernel& kernel);

  std::vector<std::vector<float>> floats_;
  std::vector<std::vector<int32_t>> words_;
  std::vector<PackedScalerStep> scaler_;
  std::vector<PackedLayer> layers_;
  PackedMlp net_;
};

}  // namespace vmaf_dnn::fused
