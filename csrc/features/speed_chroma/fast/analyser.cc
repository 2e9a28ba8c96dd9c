// SPDX-License-Identifier: BSD-3-Clause
#include "features/speed_chroma/fast/analyser.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "features/arithmetic.h"

namespace vmaf_dnn::features {
namespace {

// Of the samples that decimation keeps, those that blocks and their local means need.
int needed(int side, int covered, const SpeedChromaPlan& plan) {
  return std::min(side, covered + static_cast<int>(plan.mean_taps.size()) / 2);
}

bool is_flat(const SpeedLines& lines) {
  const float first = lines.row(0)[0];
  for (int y = 0; y < lines.height(); ++y)
    for (int x = 0; x < lines.width(); ++x)
      if (lines.row(y)[x] != first) return false;
  return true;
}

constexpr size_t kMatrixSize = static_cast<size_t>(kPatchSize) * kSpeedStride;

}  // namespace

SpeedChromaAnalyser::SpeedChromaAnalyser(const SpeedChromaKernels& kernels, const SpeedChromaPlan& plan)
    : kernels_(kernels),
      plan_(plan),
      decimator_(kernels, plan, needed(plan.width, plan.covered_width(), plan)),
      kept_(needed(plan.width, plan.covered_width(), plan), needed(plan.height, plan.covered_height(), plan)),
      detail_(plan.covered_width(), plan.covered_height()),
      line_(speed_line(kept_.width() + static_cast<int>(plan.mean_taps.size()))),
      mean_(speed_line(kept_.width())),
      covariance_(kMatrixSize),
      p_(kMatrixSize),
      r_(kMatrixSize),
      scratch_(kMatrixSize),
      blocks_(plan.n_blocks() + 2 * kSpeedSlack, kPatchSize) {}

PlaneAnalysis SpeedChromaAnalyser::analyse(const Plane& plane) {
  const size_t n_blocks = static_cast<size_t>(plan_.n_blocks());
  PlaneAnalysis result;
  std::vector<float> variances = speed_line(plan_.n_blocks() + 2 * kSpeedSlack);
  std::vector<float> entropies = speed_line(plan_.n_blocks());
  PatchVector eigenvalues{};
  decimator_.decimate(plane, kept_);
  result.is_singular = true;
  // Of a flat plane all eigenvalues are 0, but for rounding.
  if (!is_flat(kept_)) {
    subtract_local_mean();
    eigenvalues = find_eigenvalues();
    result.is_singular = !is_regular(eigenvalues) || !solve(variances.data());
  }
  kernels_.entropies(eigenvalues.data(), plan_.sigma, variances.data(), plan_.n_blocks(), entropies.data());
  variances.resize(n_blocks);
  entropies.resize(n_blocks);
  result.variances = std::move(variances);
  result.entropies = std::move(entropies);
  return result;
}

void SpeedChromaAnalyser::subtract_local_mean() {
  const int n_taps = static_cast<int>(plan_.mean_taps.size()), radius = n_taps / 2, width = kept_.width();
  float* const line = line_.data() + radius;
  const float* rows[kSpeedMaxTaps];
  for (int y = 0; y < detail_.height(); ++y) {
    for (int k = 0; k < n_taps; ++k) rows[k] = kept_.row(mirror(y - radius + k, plan_.height));
    kernels_.filter_floats(rows, plan_.mean_taps.data(), n_taps, width, line);
    for (int i = 1; i <= radius; ++i) {
      line[-i] = line[mirror(-i, width)];
      line[width - 1 + i] = line[mirror(width - 1 + i, width)];
    }
    for (int k = 0; k < n_taps; ++k) rows[k] = line - radius + k;
    kernels_.filter_floats(rows, plan_.mean_taps.data(), n_taps, detail_.width(), mean_.data());
    for (int x = 0; x < detail_.width(); ++x)
      detail_.row(y)[x] = kept_.row(y)[x] - mean_[static_cast<size_t>(x)];
  }
}

PatchVector SpeedChromaAnalyser::find_eigenvalues() {
  kernels_.covariance(detail_.row(0), detail_.stride(), plan_.window_width(), plan_.window_height(),
                      covariance_.data());
  scratch_ = covariance_;
  Tridiagonal matrix;
  kernels_.tridiagonalise(scratch_.data(), matrix.diagonal.data(), matrix.beside.data());
  return eigenvalues(matrix);
}

// Whether it could be solved.
bool SpeedChromaAnalyser::solve(float* variances) {
  kernels_.decompose(covariance_.data(), p_.data(), r_.data());
  for (size_t i = 0; i < kPatchSize; ++i)
    if (std::abs(r_[i * kSpeedStride + i]) < kSpeedEpsilon) return false;
  gather_blocks();
  kernels_.quadratic_forms(p_.data(), r_.data(), blocks_.row(0), blocks_.stride(), plan_.n_blocks(),
                           variances);
  return true;
}

void SpeedChromaAnalyser::gather_blocks() {
  for (int a = 0; a < kPatchSize; ++a) {
    float* samples = blocks_.row(a);
    for (int y = a / kPatchSide; y < detail_.height(); y += kPatchSide)
      for (int x = a % kPatchSide; x < detail_.width(); x += kPatchSide) *samples++ = detail_.row(y)[x];
  }
}

}  // namespace vmaf_dnn::features
