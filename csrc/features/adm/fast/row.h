// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "features/adm/fast/kernels.h"
#include "features/adm/fast/plan.h"

namespace vmaf_dnn::features {

// Samples by column, with slack on both sides.
template <typename T>
class SampleRow {
 public:
  explicit SampleRow(int width) : samples_(static_cast<size_t>(width + 2 * kRowSlack)) {}

  T* get() { return samples_.data() + kRowSlack; }

 private:
  std::vector<T> samples_;
};

// What the rows of a wavelet level are kept in, before and after its filters: the type that kernels take, and
// its storage.
template <typename Line>
class LineRow;

template <>
class LineRow<int16_t*> {
 public:
  explicit LineRow(int width) : row_(width) {}
  int16_t* from(int x) { return row_.get() + x; }

 private:
  SampleRow<int16_t> row_;
};

template <>
class LineRow<SplitRow> {
 public:
  explicit LineRow(int width) : upper_(width), lower_(width) {}
  SplitRow from(int x) { return {upper_.get() + x, lower_.get() + x}; }

 private:
  SampleRow<int16_t> upper_, lower_;
};

}  // namespace vmaf_dnn::features
