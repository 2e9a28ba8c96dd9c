// SPDX-License-Identifier: BSD-3-Clause
// Nets of any shape through every kernel that this CPU has: all give the bits of the plain one, and the
// sanitizer sees what reads beyond an array.
#include <algorithm>
#include <cstring>
#include <vector>

#include "base/isa.h"
#include "engine/fused_mlp/kernels/kernel.h"
#include "engine/fused_mlp/pack.h"
#include "fuzz.h"

using namespace vmaf_dnn;

namespace {

constexpr int kMostLayers = 4;
constexpr int kMostRows = 70;

// Layers of the shapes and kinds that the bytes say, their weights from a generator that the bytes seed.
class Maker {
 public:
  Maker(const uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  int number(int most) { return next_ < size_ ? data_[next_++] % most : 0; }

  float value() {
    state_ = state_ * 1664525U + 1013904223U + static_cast<uint32_t>(number(256));
    return static_cast<float>(state_ >> 8) / static_cast<float>(1 << 23) - 1;
  }

  fused::Mlp net() {
    fused::Mlp net;
    const int n_layers = 1 + number(kMostLayers);
    int n_in = 1 + number(fused::kMaxWidth);
    for (int i = 0; i < n_layers; ++i) {
      const int n_out = i + 1 == n_layers ? 1 : 1 + number(fused::kMaxWidth);
      net.layers.push_back(layer(n_in, n_out));
      n_in = n_out;
    }
    if (number(2) != 0) net.scaler.push_back({fused::ScalerStep::Op::kSubtract, values(net.n_features())});
    return net;
  }

  std::vector<float> values(int n) {
    std::vector<float> made(static_cast<std::size_t>(n));
    std::generate(made.begin(), made.end(), [this] { return value(); });
    return made;
  }

 private:
  fused::Layer layer(int n_in, int n_out) {
    fused::Layer layer;
    layer.n_in = n_in;
    layer.n_out = n_out;
    layer.is_int8 = number(2) != 0;
    layer.bias = values(n_out);
    if (number(4) == 0) layer.grid = fused::Grid{0.01F, number(256)};
    layer.activation.kind = static_cast<fused::Activation::Kind>(number(4));
    layer.activation.high = 2;
    layer.activation.slope = 0.25F;
    const std::vector<float> weights = values(n_in * n_out);
    if (layer.is_int8) {
      layer.scales = std::vector<float>(static_cast<std::size_t>(n_out), 0.01F);
      for (const float weight : weights) layer.int8_weights.push_back(static_cast<int8_t>(127 * weight));
    } else {
      layer.weights = weights;
    }
    return layer;
  }

  const uint8_t* data_;
  std::size_t size_;
  std::size_t next_ = 0;
  uint32_t state_ = 1;
};

std::vector<const fused::Kernel*> kernels() {
  std::vector<const fused::Kernel*> all;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) all.push_back(&fused::kAvx2Kernel);
  if (__builtin_cpu_supports("avx2") && has_avxvnni()) all.push_back(&fused::kAvxVnniKernel);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    all.push_back(&fused::kAvx512Kernel);
  if (__builtin_cpu_supports("avx512vnni")) all.push_back(&fused::kAvx512VnniKernel);
#endif
  return all;
}

std::vector<float> score(const fused::Mlp& net, const fused::Kernel& kernel, const std::vector<float>& rows) {
  const fused::Pack pack(net, kernel);
  std::vector<float> scores(rows.size() / static_cast<std::size_t>(net.n_features()));
  kernel.run(pack.net(), rows.data(), static_cast<int64_t>(scores.size()), scores.data());
  return scores;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  Maker maker(data, size);
  const int n_rows = 1 + maker.number(kMostRows);
  const fused::Mlp net = maker.net();
  const std::vector<float> rows = maker.values(n_rows * net.n_features());
  const std::vector<float> expected = score(net, fused::kScalarKernel, rows);
  for (const fused::Kernel* kernel : kernels()) {
    const std::vector<float> scores = score(net, *kernel, rows);
    if (std::memcmp(scores.data(), expected.data(), scores.size() * sizeof(float)) != 0) std::abort();
  }
  return 0;
}
