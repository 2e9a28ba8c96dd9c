// SPDX-License-Identifier: BSD-3-Clause
// The kernel, once for every instruction set. An `Isa` is a handful of vector operations (isa_*.cc).
//
// Layout. Rows are scored in tiles of kTileVectors vectors: a lane is a row, so activations lie as
// (width, rows) and a weight is broadcast. A block of kBlock outputs times kTileVectors vectors of rows stays
// in registers while the kernel runs down the inputs; a layer's weights are read once a tile, in order. The
// two activation buffers and the weights of a v4-sized net fit in the first-level cache. The few rows that do
// not fill a tile are scored one by one: there a lane is an output and the input is broadcast.
//
// Bits. Both ways, on every instruction set, a float32 output is fma(x[n-1], w[n-1], ... fma(x[0], w[0], 0))
// + bias: the inputs in ascending order, then the bias. An int8 output is float(sum of integers) * (row scale
// * column scale) + bias, each operation rounded. That is also the order of ONNX Runtime's x86 kernels. So a
// row's score never depends on the lane, tile, batch or CPU that it meets.
//
// Not-a-number. max(a, b) is b unless a > b, everywhere, and Relu is max(0, x): a NaN passes. Where values
// are quantised, which would lose it, a row with a feature that is not finite scores NaN.
#pragma once

#include "engine/fused_mlp/kernels/kernel.h"
#include "engine/fused_mlp/kernels/row.inl"
#include "engine/fused_mlp/kernels/tile.inl"

namespace vmaf_dnn::fused {
namespace {

// Fewer rows than this are quicker one by one than in a tile with idle lanes.
template <typename Isa>
constexpr int kFewRows = Isa::kLanes / 4;

template <typename Isa>
void run_kernel(const PackedMlp& net, const float* rows, int64_t n_rows, float* scores) {
  int64_t done = 0;
  if (n_rows > kFewRows<Isa>) {
    Tile<Isa, Isa::kTileVectors> tile;
    for (; n_rows - done > Isa::kLanes; done += tile.kTileRows) {
      const int64_t n = n_rows - done < tile.kTileRows ? n_rows - done : tile.kTileRows;
      tile.score(net, rows + done * net.n_features, static_cast<int>(n), scores + done);
    }
  }
  if (n_rows - done > kFewRows<Isa>) {
    Tile<Isa, 1> tile;
    tile.score(net, rows + done * net.n_features, static_cast<int>(n_rows - done), scores + done);
    return;
  }
  SingleRow<Isa> row;
  for (; done < n_rows; ++done) scores[done] = row.score(net, rows + done * net.n_features);
}

}  // namespace
}  // namespace vmaf_dnn::fused
