// SPDX-License-Identifier: BSD-3-Clause
#include "features/vif/statistics.h"

#include <algorithm>

#include "features/arithmetic.h"
#include "features/vif/filter.h"

namespace vmaf_dnn::features {
namespace {

// The rows under a filter that is centred on row y.
struct Window {
  const uint16_t* rows[17];

  Window(const Luma& image, const VifFilter& filter, int y) {
    for (int k = 0; k < filter.n_taps; ++k)
      rows[k] = image[mirror(y + k - filter.n_taps / 2, image.height())];
  }
};

// A row with the mirrored samples that a filter needs beyond its ends.
template <typename T>
class Line {
 public:
  Line(int width, int radius)
      : width_(width), radius_(radius), samples_(static_cast<size_t>(width + 2 * radius)) {}

  // Sample -radius of the mirrored row is the first.
  const T* begin_at(int x) const { return samples_.data() + x; }
  T& operator[](int x) { return samples_[static_cast<size_t>(x + radius_)]; }

  void mirror_ends() {
    for (int k = 1; k <= radius_; ++k) {
      (*this)[-k] = (*this)[k];
      (*this)[width_ - 1 + k] = (*this)[width_ - 1 - k];
    }
  }

 private:
  int width_;
  int radius_;
  std::vector<T> samples_;
};

// A line for each sum that the statistics rest on, filtered vertically.
struct Lines {
  Line<uint32_t> r, d, rr, dd, rd;

  Lines(int width, int radius)
      : r(width, radius), d(width, radius), rr(width, radius), dd(width, radius), rd(width, radius) {}

  void mirror_ends() {
    r.mirror_ends();
    d.mirror_ends();
    for (Line<uint32_t>* line : {&rr, &dd, &rd}) line->mirror_ends();
  }
};

void filter_column(const VifFilter& filter, const Window& reference, const Window& distorted, int x,
                   int mean_shift, int product_shift, Lines& lines) {
  uint32_t r = 0, d = 0;
  uint64_t rr = 0, dd = 0, rd = 0;
  for (int k = 0; k < filter.n_taps; ++k) {
    const uint32_t tap = filter.taps[k];
    const uint32_t ref = reference.rows[k][x], dist = distorted.rows[k][x];
    r += tap * ref;
    d += tap * dist;
    rr += uint64_t{tap} * (ref * ref);
    dd += uint64_t{tap} * (dist * dist);
    rd += uint64_t{tap} * (ref * dist);
  }
  lines.r[x] = round_shift(r, mean_shift);
  lines.d[x] = round_shift(d, mean_shift);
  lines.rr[x] = static_cast<uint32_t>(round_shift(rr, product_shift));
  lines.dd[x] = static_cast<uint32_t>(round_shift(dd, product_shift));
  lines.rd[x] = static_cast<uint32_t>(round_shift(rd, product_shift));
}

template <typename Sum>
Sum filter_row(const VifFilter& filter, const Line<uint32_t>& line, int x) {
  Sum sum = 0;
  for (int k = 0; k < filter.n_taps; ++k) sum += Sum{filter.taps[k]} * line.begin_at(x)[k];
  return sum;
}

int32_t mean_of_product_minus_product_of_means(uint64_t product, uint32_t mean_a, uint32_t mean_b) {
  const uint64_t means = round_shift(uint64_t{mean_a} * mean_b, 32);
  return static_cast<int32_t>(static_cast<uint32_t>(round_shift(product, 16)) - static_cast<uint32_t>(means));
}

}  // namespace

void vif_statistics(const Luma& reference, const Luma& distorted, int scale, int bit_depth, int y,
                    std::vector<VifStatistics>& row) {
  const VifFilter& filter = kVifFilters[scale];
  const int width = reference.width();
  const int mean_shift = scale == 0 ? bit_depth : 16;
  const int product_shift = scale == 0 ? 2 * (bit_depth - 8) : 16;
  const Window references(reference, filter, y), distorteds(distorted, filter, y);
  Lines lines(width, filter.n_taps / 2);
  for (int x = 0; x < width; ++x)
    filter_column(filter, references, distorteds, x, mean_shift, product_shift, lines);
  lines.mirror_ends();
  for (int x = 0; x < width; ++x) {
    const uint32_t r = filter_row<uint32_t>(filter, lines.r, x);
    const uint32_t d = filter_row<uint32_t>(filter, lines.d, x);
    const auto moment = [&](const Line<uint32_t>& products, uint32_t mean_a, uint32_t mean_b) {
      const uint64_t product = filter_row<uint64_t>(filter, products, x);
      return mean_of_product_minus_product_of_means(product, mean_a, mean_b);
    };
    row[static_cast<size_t>(x)] = {moment(lines.rr, r, r), std::max(moment(lines.dd, d, d), 0),
                                   moment(lines.rd, r, d)};
  }
}

Luma vif_pyramid_step(const Luma& finer, int scale, int bit_depth) {
  const VifFilter& filter = kVifFilters[scale];
  const int vertical_shift = scale == 1 ? bit_depth : 16;
  Luma coarser(finer.width() / 2, finer.height() / 2);
  Line<uint32_t> line(finer.width(), filter.n_taps / 2);
  for (int y = 0; y < coarser.height(); ++y) {
    const Window window(finer, filter, 2 * y);
    for (int x = 0; x < finer.width(); ++x) {
      uint32_t sum = 0;
      for (int k = 0; k < filter.n_taps; ++k) sum += filter.taps[k] * window.rows[k][x];
      line[x] = round_shift(sum, vertical_shift);
    }
    line.mirror_ends();
    for (int x = 0; x < coarser.width(); ++x)
      coarser[y][x] = static_cast<uint16_t>(round_shift(filter_row<uint32_t>(filter, line, 2 * x), 16));
  }
  return coarser;
}

}  // namespace vmaf_dnn::features
