// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/fast/scale.h"

#include <algorithm>

#include "features/cambi/fast/largest.h"
#include "features/cambi/pool.h"

namespace vmaf_dnn::features {
namespace {

constexpr int kModeRows = 3;

int round_up(int n, int step) { return (n + step - 1) / step * step; }

// What a run of 1 to kCambiRun samples adds to each column's count.
std::vector<int16_t> make_lines(const CambiPlan& plan, int stride) {
  std::vector<int16_t> lines(static_cast<size_t>(kCambiRun * stride));
  for (int length = 1; length <= kCambiRun; ++length) {
    int16_t* const line = lines.data() + (length - 1) * stride + kCambiRun;
    const int n = length + plan.window - 1;
    for (int i = 0; i < n; ++i) line[i] = static_cast<int16_t>(std::min({i + 1, length, plan.window, n - i}));
  }
  return lines;
}

int line_stride(const CambiKernels& kernels, const CambiPlan& plan) {
  return kCambiRun + round_up(kCambiRun + plan.window - 1, kernels.block);
}

// Odd numbers of cache lines: neighbouring codes' counts of a column do not push each other out. Vectors
// reach less than 64 columns beyond the last window.
int table_stride(const CambiPlan& plan, int width) { return round_up(width + plan.window + 64, 64) + 32; }

}  // namespace

CambiScale::CambiScale(const CambiKernels& kernels, const CambiPlan& plan, int width, int height)
    : kernels_(kernels),
      plan_(plan),
      codes_(plan),
      lines_(make_lines(plan, line_stride(kernels, plan))),
      table_(static_cast<size_t>(codes_.size()) * static_cast<size_t>(table_stride(plan, width))) {
  const size_t n_blocks =
      static_cast<size_t>(round_up(width, kernels.block) / kernels.block) * static_cast<size_t>(height) + 1;
  values_.resize(n_blocks * static_cast<size_t>(kernels.block));
  positions_.resize(n_blocks);
  counts_ = {table_.data(),   0,
             plan.window / 2, codes_.numbering(),
             lines_.data(),   static_cast<uint32_t>(line_stride(kernels, plan))};
}

double CambiScale::mean_contrast(const SlackRows<uint16_t>& marked, SlackRows<uint16_t>* halved) {
  if (codes_.empty()) return 0;
  const int width = marked.width(), height = marked.n_rows(), radius = counts_.radius;
  begin(width);
  if (halved != nullptr) halved->reshape((width + 1) / 2, (height + 1) / 2);
  const CambiFiring firing = codes_.firing();
  const auto contrast =
      plan_.window <= kCambiMaxDividedWindow ? kernels_.contrast_divided : kernels_.contrast;
  int next = 0;
  for (int y = 0; y < height; ++y) {
    for (; next <= std::min(y + radius, height - 1); ++next) {
      number_row(next, marked, halved);
      enter_row(next);
    }
    if (y > radius) leave_row(y - radius - 1);
    contrast(numbers_[y % numbers_.n_rows()], width, counts_, firing, static_cast<uint32_t>(y * width),
             found_);
  }
  for (int y = std::max(height - 1 - radius, 0); y < height; ++y) leave_row(y);
  return pool(width, height);
}

void CambiScale::begin(int width) {
  const int n_rows = plan_.window + 1;
  modes_.reshape(width, kModeRows);
  numbers_.reshape(width, n_rows);
  runs_.reshape(width, n_rows);
  n_runs_.resize(static_cast<size_t>(n_rows));
  counts_.stride = static_cast<uint32_t>(table_stride(plan_, width));
  found_ = {values_.data(), positions_.data(), 0};
}

void CambiScale::number_row(int y, const SlackRows<uint16_t>& marked, SlackRows<uint16_t>* halved) {
  const int width = marked.width(), height = marked.n_rows();
  const auto find_modes = [&](int i) { kernels_.modes_along(marked[i], width, modes_[i % kModeRows]); };
  if (y == 0) find_modes(0);
  if (y + 1 < height) find_modes(y + 1);
  const uint16_t* rows[kModeRows];
  const bool has_modes = y > 0 && y + 1 < height;
  for (int i = 0; i < kModeRows; ++i) rows[i] = modes_[(y + i + kModeRows - 1) % kModeRows];
  kernels_.number(has_modes ? rows : nullptr, marked[y], width, counts_.numbering,
                  numbers_[y % numbers_.n_rows()],
                  halved != nullptr && y % 2 == 0 ? (*halved)[y / 2] : nullptr);
}

void CambiScale::enter_row(int y) {
  const int row = y % numbers_.n_rows();
  const size_t n = kernels_.find_runs(numbers_[row], numbers_.width(), counts_, runs_[row]);
  kernels_.add_runs(runs_[row], n, counts_);
  n_runs_[static_cast<size_t>(row)] = n;
}

void CambiScale::leave_row(int y) {
  const int row = y % numbers_.n_rows();
  kernels_.remove_runs(runs_[row], n_runs_[static_cast<size_t>(row)], counts_);
}

double CambiScale::pool(int width, int height) {
  const size_t k = n_pooled(static_cast<size_t>(width) * static_cast<size_t>(height), plan_.topk);
  const size_t n = found_.n_blocks * static_cast<size_t>(kernels_.block);
  const double sum = sum_of_largest(kernels_, found_.values, n, k);
  if (sum < kInexactSum) return sum / static_cast<double>(k);
  return mean_of_largest(all_values(width, height), k);
}

std::vector<float> CambiScale::all_values(int width, int height) const {
  std::vector<float> all(static_cast<size_t>(width) * static_cast<size_t>(height));
  const auto block = static_cast<size_t>(kernels_.block);
  for (size_t i = 0; i < found_.n_blocks; ++i) {
    const size_t position = found_.positions[i], row = static_cast<size_t>(width);
    const size_t n = std::min(block, row - position % row);
    std::copy_n(found_.values + i * block, n, all.data() + position);
  }
  return all;
}

}  // namespace vmaf_dnn::features
