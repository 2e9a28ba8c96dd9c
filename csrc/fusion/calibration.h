// SPDX-License-Identifier: BSD-3-Clause
// What a model does to rows before its network, and to scores after it, as its sidecar states.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/engine.h"
#include "fusion/score_transform.h"

namespace vmaf_dnn {

struct Calibration {
  // Where the feature `guided` is exactly 0, it becomes parameter * (1 - guide).
  struct Correction {
    double parameter;
    std::size_t guided, guide;  // places in a row
  };
  // A curve over the scores, which are clipped then.
  struct Transform {
    ScoreTransform curve;
    std::array<double, 2> output_range;
  };

  std::size_t n_features = 0;
  std::optional<Correction> correction;
  std::optional<Transform> transform;

  // As Engine::run_features, with the rows as they were measured.
  void run(const Engine& engine, const float* rows, int64_t n_rows, float* scores) const;

 private:
  void run_corrected(const Engine& engine, const float* rows, int64_t n_rows, float* scores) const;
  void correct(std::vector<float>& rows) const;
};

}  // namespace vmaf_dnn
