// SPDX-License-Identifier: BSD-3-Clause
#include "features/adm/fast/plan.h"

#include <algorithm>

#include "features/adm/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

int half(int n) { return (n + 1) / 2; }

Span part_of(int first, int end, int part, int n_parts) {
  const auto cut = [&](int i) { return first + static_cast<int>(int64_t{end - first} * i / n_parts); };
  return {cut(part), cut(part + 1)};
}

Span grown(Span span, int n) {
  if (span.size() == 0) return {};
  return {std::max(span.first - 1, 0), std::min(span.end + 1, n)};
}

Span hull(Span a, Span b) {
  if (a.size() == 0) return b;
  if (b.size() == 0) return a;
  return {std::min(a.first, b.first), std::max(a.end, b.end)};
}

// What a filter reads of n samples: 2i - 1 to 2i + 2 for each i.
Span inputs(Span outputs, int n) {
  if (outputs.size() == 0) return {};
  return {std::max(2 * outputs.first - 1, 0), std::min(2 * outputs.end + 1, n)};
}

Span at_least(int size, Span span, int n) {
  const int end = std::min(std::max(span.end, span.first + size), n);
  return {std::max(std::min(span.first, end - size), 0), end};
}

}  // namespace

AdmLevelPlan::AdmLevelPlan(int of_width, int of_height, int part, int n_parts)
    : input_width(of_width),
      input_height(of_height),
      width(half(of_width)),
      height(half(of_height)),
      region(width, height),
      sum_rows(part_of(region.top, region.bottom, part, n_parts)),
      detail_rows(grown(sum_rows, height)),
      detail_columns(grown({region.left, region.right}, width)) {}

AdmPlan plan_adm(int width, int height, int part, int n_parts) {
  const auto level = [&](int shift) {
    const auto reduced = [&](int n) { return ((n - 1) >> shift) + 1; };
    return AdmLevelPlan(reduced(width), reduced(height), part, n_parts);
  };
  AdmPlan plan = {level(0), level(1), level(2), level(3)};
  Span input_rows, input_columns;
  for (size_t i = kAdmLevels; i-- > 0;) {
    plan[i].next_rows = input_rows;
    plan[i].next_columns = input_columns;
    plan[i].rows = hull(plan[i].detail_rows, input_rows);
    const Span columns = hull(plan[i].detail_columns, input_columns);
    input_rows = inputs(plan[i].rows, plan[i].input_height);
    input_columns = inputs(columns, plan[i].input_width);
    plan[i].input_columns = input_columns = at_least(kMinSpan, input_columns, plan[i].input_width);
  }
  return plan;
}

}  // namespace vmaf_dnn::features
