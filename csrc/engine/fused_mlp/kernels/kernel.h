// SPDX-License-Identifier: BSD-3-Clause
// What a kernel of one instruction set takes: plain pointers, so that nothing inline of the standard library
// is compiled with flags that the CPU at hand may lack.
#pragma once

#include <cstdint>

namespace vmaf_dnn::fused {

// Of a layer's inputs and outputs: what the kernels' buffers hold.
inline constexpr int kMaxWidth = 256;

struct PackedLayer {
  int n_in;
  int n_out;
  bool is_int8;
  bool has_relu;
  bool has_clip;   // to [low, high]
  bool has_slope;  // max(slope x, x)
  float low;
  float high;
  float slope;
  bool feeds_int8;  // the row's span of its output is asked for next
  bool is_signed;   // the zero point of its quantised input may not be 0
  bool has_grid;    // its input is put on this grid; int8 without one: on the row's own
  float grid_scale;
  int32_t grid_zero_point;
  // Tile order: blocks of `n_block` outputs, each (n_in, n_block) float32, or (n_in / pack, n_block) words of
  // `pack` int8; the outputs that are left over follow as blocks of one.
  const float* tile_weights;
  const int32_t* tile_words;
  // Row order: (n_in, padded n_out) float32, or (n_in / pack, padded n_out) words.
  const float* row_weights;
  const int32_t* row_words;
  const float* scales;         // padded n_out
  const int32_t* column_sums;  // of the int8 weights; padded n_out
  const float* bias;           // padded n_out
};

struct PackedScalerStep {
  int op;  // of ScalerStep::Op
  const float* operand;
};

struct PackedMlp {
  int n_features;
  int width;  // the most inputs or outputs that a layer has
  int n_scaler_steps;
  int n_layers;
  bool is_quantised;  // anywhere
  const PackedScalerStep* scaler;
  const PackedLayer* layers;
};

struct Kernel {
  const char* isa;
  int n_lanes;  // float32 in a vector; `padded` above means a multiple of it
  int n_block;  // outputs that a tile computes at a time
  int n_pack;   // int8 in a word of 32 bits that one dot-product step takes: 1, 2 or 4
  void (*run)(const PackedMlp& net, const float* rows, int64_t n_rows, float* scores);
};

extern const Kernel kScalarKernel;
#if defined(__x86_64__)
extern const Kernel kAvx2Kernel;
extern const Kernel kAvxVnniKernel;
extern const Kernel kAvx512Kernel;
extern const Kernel kAvx512VnniKernel;
#endif

// The best kernel of this CPU, or the one that VMAF_DNN_ISA names.
// Throws Error{kInvalidArgument} for an unknown name, Error{kUnsupported} if the CPU lacks it.
const Kernel& choose_kernel();

}  // namespace vmaf_dnn::fused
