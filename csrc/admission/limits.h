// SPDX-License-Identifier: BSD-3-Clause
// How much running a model may take. Each limit is at least ten times what any known tiny model needs.
#pragma once

namespace vmaf_dnn {

inline constexpr int kMaxLoops = 16;
inline constexpr int kMaxTrips = 1024;                         // of one loop
inline constexpr int kMaxNestedTrips = kMaxLoops * kMaxTrips;  // of loops in loops, multiplied
inline constexpr double kMaxFilledElements = 1 << 26;  // of all tensors that operators make from a shape
inline constexpr double kMaxMadeElements = 1 << 24;    // of a tensor that constants size

}  // namespace vmaf_dnn
