// SPDX-License-Identifier: BSD-3-Clause
// The memory of a tile of columns: windows of rows, lines that are filtered vertically, statistics.
#pragma once

#include "features/vif/fast/kernels.h"
#include "features/vif/fast/taps.inl"

namespace vmaf_dnn::features {
namespace {

template <typename Isa, typename Scale, typename Sample>
struct VifWorkspace {
  static constexpr int kWords = Isa::kBytes / 4;   // lanes of 32 bits
  static constexpr int kHalves = Isa::kBytes / 2;  // lanes of 16 bits
  static constexpr int kVectors = 4;               // at a time: as many as share the loads of taps
  static constexpr int kGroup = kVectors * kHalves;
  static constexpr int kMargin = kHalves;  // columns left of a tile that a line has room for
  static constexpr int kRows = Isa::kVifRows;
  static constexpr int kSlots = Scale::kPairs + kRows / 2 - 1;
  static constexpr bool kIsWide = sizeof(Sample) == 2;  // products take 32 bits
  static constexpr int kProductPlanes = kIsWide ? 2 : 1;

  // Pairs of rows of a plane, one slot after another.
  struct Ring {
    int32_t* slots;
    int n_columns;
    int32_t* slot(int i) const { return slots + ptrdiff_t{i} * n_columns; }
  };
  // A product's low halves, then (when wide) its high ones.
  struct Product {
    Ring planes[kProductPlanes];
  };
  // Rows that are filtered vertically.
  struct Line {
    uint16_t* rows[kRows];
  };
  struct ProductLine {
    Line high, low;
  };

  struct Reference {
    Ring samples;
    Product square;
    Line mean;
    ProductLine square_line;
    int32_t* mean_of[kRows];  // filtered both ways
    int32_t* variance_of[kRows];
  };
  struct Distorted {
    Ring samples;
    Product square, cross;
  };

  Reference reference;
  Line distorted_mean, coarser_line;
  ProductLine square_line, cross_line;
  int32_t *variance[kRows], *covariance[kRows];

  VifWorkspace(char* memory, int tile) {
    Arena arena = {memory, kMargin + tile + 2 * kGroup};
    reference.samples = arena.ring();
    reference.square = arena.product();
    reference.mean = arena.line();
    reference.square_line = arena.product_line();
    distorted_mean = arena.line();
    coarser_line = arena.line();
    square_line = arena.product_line();
    cross_line = arena.product_line();
    for (int row = 0; row < kRows; ++row) {
      reference.mean_of[row] = arena.statistics();
      reference.variance_of[row] = arena.statistics();
      variance[row] = arena.statistics();
      covariance[row] = arena.statistics();
    }
    rest_ = arena;
  }

  // The window of a distorted version; each takes as much memory as any other.
  Distorted distorted(int i) const {
    Arena arena = rest_;
    arena.skip(static_cast<size_t>(i) * rest_.distorted_bytes());
    return arena.distorted();
  }

  // What all that is handed out takes, counted by handing it out of no memory.
  static size_t bytes(int n_distorted, int tile) {
    const Arena rest = VifWorkspace(nullptr, tile).rest_;
    return rest.n_bytes + rest.distorted_bytes() * static_cast<size_t>(n_distorted);
  }

 private:
  // Hands out memory, or only counts it where there is none.
  struct Arena {
    char* memory;
    int n_columns;       // of a line
    size_t n_bytes = 0;  // handed out

    void skip(size_t n) { n_bytes += n; }
    template <typename T>
    T* take(size_t n) {
      T* const taken = memory == nullptr ? nullptr : reinterpret_cast<T*>(memory + n_bytes);
      n_bytes += (n * sizeof(T) + kVifAlignment - 1) / kVifAlignment * kVifAlignment;
      return taken;
    }
    Ring ring() { return {take<int32_t>(size_t{kSlots} * static_cast<size_t>(n_columns)), n_columns}; }
    Product product() {
      Product product;
      for (Ring& plane : product.planes) plane = ring();
      return product;
    }
    Line line() {
      Line line;
      for (uint16_t*& row : line.rows) row = take<uint16_t>(static_cast<size_t>(n_columns));
      return line;
    }
    ProductLine product_line() {
      const Line high = line();
      return {high, line()};
    }
    int32_t* statistics() { return take<int32_t>(static_cast<size_t>(n_columns)); }
    Distorted distorted() {
      Distorted rings;
      rings.samples = ring();
      rings.square = product();
      rings.cross = product();
      return rings;
    }
    size_t distorted_bytes() const {
      Arena counting = {nullptr, n_columns};
      counting.distorted();
      return counting.n_bytes;
    }
  };

  Arena rest_;  // the windows of the distorted versions
};

}  // namespace
}  // namespace vmaf_dnn::features
