// SPDX-License-Identifier: BSD-3-Clause
#include "features/speed_chroma/eigenvalues.h"

#include <cmath>

namespace vmaf_dnn::features {
namespace {

constexpr int kMaxSteps = 500;

float hypotenuse(float a, float b) { return std::sqrt(a * a + b * b); }

// What is too small beside its neighbours, from `first` to before `last`, becomes 0.
void chop(Tridiagonal& matrix, size_t first, size_t last) {
  for (size_t i = first; i < last; ++i) {
    const float neighbours = std::abs(matrix.diagonal[i]) + std::abs(matrix.diagonal[i + 1]);
    if (std::abs(matrix.beside[i]) < kSpeedEpsilon * neighbours) matrix.beside[i] = 0;
  }
}

// Wilkinson's, from the last two rows.
float shift_of(const Tridiagonal& matrix, size_t first, size_t last) {
  const float end = matrix.diagonal[last], o = matrix.beside[last - 1];
  const float t = (matrix.diagonal[last - 1] - end) / 2;
  float shift;
  if (t > 0)
    shift = end - o * (o / (t + hypotenuse(t, o)));
  else if (t == 0)
    shift = end - std::abs(o);
  else
    shift = end + o * (o / (-t + hypotenuse(t, o)));
  const float scale = std::abs(matrix.diagonal[first]) + std::abs(matrix.beside[first]);
  return kSpeedEpsilon * std::abs(shift) > scale ? 0 : shift;
}

struct Rotation {
  float c, s;
};

float inverse_length(float t) { return static_cast<float>(1 / std::sqrt(static_cast<double>(1 + t * t))); }

// That turns (x, z) onto the first axis.
Rotation rotation(float x, float z) {
  if (z == 0) return {1, 0};
  if (std::abs(z) > std::abs(x)) {
    const float t = -x / z, s = inverse_length(t);
    return {s * t, s};
  }
  const float t = -z / x, c = inverse_length(t);
  return {c, c * t};
}

// One implicit QR step on the rows `first` to `last`, of which there are at least two.
void qr_step(Tridiagonal& matrix, size_t first, size_t last) {
  float* const d = matrix.diagonal.data() + first;
  float* const e = matrix.beside.data() + first;
  const size_t n = last - first + 1;
  float x = d[0] - shift_of(matrix, first, last), z = e[0];
  // The 2x2 matrix that the next rotation meets, what follows it, and what the last one left over.
  float upper = d[0], coupling = e[0], lower = d[1], next_coupling = n > 2 ? e[1] : 0;
  float rest = 0, bulge = 0;
  for (size_t k = 0; k + 1 < n; ++k) {
    const auto [c, s] = rotation(x, z);
    const float u = c * rest - s * bulge;
    const float p = c * upper - s * coupling, q = s * lower - c * coupling;
    const float r = s * upper + c * coupling, w = s * coupling + c * lower;
    d[k] = c * p + s * q;
    rest = c * r - s * w;
    upper = s * r + c * w;
    bulge = -s * next_coupling;
    coupling = c * next_coupling;
    if (k > 0) e[k - 1] = u;
    if (k + 2 < n) lower = d[k + 2];
    if (k + 3 < n) next_coupling = e[k + 2];
    if (k + 2 < n) e[k + 1] = coupling;
    x = rest;
    z = bulge;
  }
  d[n - 1] = upper;
  e[n - 2] = rest;
}

}  // namespace

Tridiagonal tridiagonalise(PatchMatrix a) {
  Tridiagonal result;
  for (size_t i = 0; i + 2 < kPatchSize; ++i) {
    const size_t s = i + 1;
    float squares = 0;
    for (size_t r = s + 1; r < kPatchSize; ++r) squares += a[r][i] * a[r][i];
    const float length = std::sqrt(squares);
    const float alpha = a[s][i];
    result.beside[i] = alpha;
    if (length == 0) continue;
    const float both = hypotenuse(alpha, length);
    const float beta = alpha >= 0 ? -both : both;
    const float tau = (beta - alpha) / beta;
    result.beside[i] = beta;
    PatchVector v, x;
    v[s] = 1;
    for (size_t r = s + 1; r < kPatchSize; ++r) v[r] = a[r][i] / (alpha - beta);
    float along = 0;
    for (size_t r = s; r < kPatchSize; ++r) {
      x[r] = 0;
      for (size_t j = s; j < kPatchSize; ++j) x[r] += (tau * a[r][j]) * v[j];
      along += x[r] * v[r];
    }
    const float share = static_cast<float>(-0.5 * static_cast<double>(tau) * static_cast<double>(along));
    for (size_t r = s; r < kPatchSize; ++r) x[r] += share * v[r];
    for (size_t r = s; r < kPatchSize; ++r)
      for (size_t j = s; j < kPatchSize; ++j) a[r][j] -= x[r] * v[j] + v[r] * x[j];
  }
  for (size_t i = 0; i < kPatchSize; ++i) result.diagonal[i] = a[i][i];
  result.beside[kPatchSize - 2] = a[kPatchSize - 1][kPatchSize - 2];
  return result;
}

PatchVector eigenvalues(Tridiagonal matrix) {
  size_t last = kPatchSize - 1;
  chop(matrix, 0, last);
  for (int n_steps = 0; last > 0 && n_steps < kMaxSteps;) {
    if (matrix.beside[last - 1] == 0) {
      --last;
      continue;
    }
    size_t first = last - 1;
    while (first > 0 && matrix.beside[first - 1] != 0) --first;
    qr_step(matrix, first, last);
    chop(matrix, first, last);
    ++n_steps;
  }
  return matrix.diagonal;
}

bool is_regular(const PatchVector& eigenvalues) {
  for (const float eigenvalue : eigenvalues)
    if (!(eigenvalue >= kSpeedEpsilon)) return false;
  return true;
}

}  // namespace vmaf_dnn::features
