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

#include <cstddef>
#include <new>

#include "engine/fused_mlp/kernels/kernel.h"
#include "engine/fused_mlp/kernels/row.inl"
#include "engine/fused_mlp/kernels/tile.inl"

namespace vmaf_dnn::fused {
namespace {

// Fewer rows than this are quicker one by one than in a tile with idle lanes.
template <typename Isa>
constexpr int kFewRows = Isa::kLanes / 4;

// A thread of a host may have little stack: half of what is promised of a call (docs/c-api.md).
constexpr std::size_t kStackBytes = 32768;

// Scores the rows that tiles are worth; returns how many.
template <typename Isa>
int64_t run_tiles(const PackedMlp& net, const float* rows, int64_t n_rows, float* scores,
                  unsigned char* memory) {
  using Full = Tile<Isa, Isa::kTileVectors>;
  int64_t done = 0;
  Full tile(memory, net.width);
  for (; n_rows - done > Isa::kLanes; done += tile.kTileRows) {
    const int64_t n = n_rows - done < tile.kTileRows ? n_rows - done : tile.kTileRows;
    tile.score(net, rows + done * net.n_features, static_cast<int>(n), scores + done);
  }
  if (n_rows - done <= kFewRows<Isa>) return done;
  Tile<Isa, 1> narrow(memory, net.width);
  narrow.score(net, rows + done * net.n_features, static_cast<int>(n_rows - done), scores + done);
  return n_rows;
}

template <typename Isa>
__attribute__((noinline)) int64_t run_tiles(const PackedMlp& net, const float* rows, int64_t n_rows,
                                            float* scores) {
  const std::size_t n_bytes = Tile<Isa, Isa::kTileVectors>::bytes_for(net.width);
  if (n_bytes <= kStackBytes) {
    alignas(64) unsigned char memory[kStackBytes];
    return run_tiles<Isa>(net, rows, n_rows, scores, memory);
  }
  constexpr std::align_val_t kAlignment{64};
  auto* memory = static_cast<unsigned char*>(operator new(n_bytes, kAlignment));
  const int64_t done = run_tiles<Isa>(net, rows, n_rows, scores, memory);
  operator delete(memory, kAlignment);
  return done;
}

template <typename Isa>
__attribute__((noinline)) void run_singly(const PackedMlp& net, const float* rows, int64_t n_rows,
                                          float* scores) {
  SingleRow<Isa> row;
  for (int64_t i = 0; i < n_rows; ++i) scores[i] = row.score(net, rows + i * net.n_features);
}

template <typename Isa>
void run_kernel(const PackedMlp& net, const float* rows, int64_t n_rows, float* scores) {
  const int64_t done = n_rows > kFewRows<Isa> ? run_tiles<Isa>(net, rows, n_rows, scores) : 0;
  if (done < n_rows) run_singly<Isa>(net, rows + done * net.n_features, n_rows - done, scores + done);
}

}  // namespace
}  // namespace vmaf_dnn::fused
