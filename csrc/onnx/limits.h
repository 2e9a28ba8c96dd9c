// SPDX-License-Identifier: BSD-3-Clause
// How much a model file may hold. Each limit is at least ten times what any known tiny model needs, and
// small enough that no admitted file costs more than some tens of megabytes to look at.
#pragma once

#include <cstddef>

namespace vmaf_dnn {

inline constexpr std::size_t kMaxModelBytes = std::size_t{50} << 20;

// In the whole model, subgraphs included.
inline constexpr std::size_t kMaxGraphs = 1024;
inline constexpr std::size_t kMaxNodes = 20'000;
inline constexpr std::size_t kMaxConstants = 20'000;
inline constexpr std::size_t kMaxValues = 20'000;         // stated inputs, outputs and values between
inline constexpr std::size_t kMaxNodeNames = 200'000;     // of the inputs and outputs of all nodes
inline constexpr std::size_t kMaxAttributes = 100'000;    // of all nodes
inline constexpr std::size_t kMaxOpsetImports = 64;       // domains
inline constexpr std::size_t kMaxMetadata = 100'000;      // pairs of texts beside graphs, nodes and tensors
inline constexpr std::size_t kMaxListed = 4'000'000;      // numbers that are not packed as raw bytes
inline constexpr std::size_t kMaxUnreadBytes = 2U << 20;  // of fields that no reader here looks into
inline constexpr std::size_t kMaxConstantBytes = 50U << 20;  // of all constants, unpacked

// Of one part.
inline constexpr int kMaxNesting = 8;  // graphs in graphs
inline constexpr std::size_t kMaxNameBytes = 1024;
inline constexpr std::size_t kMaxRank = 8;
inline constexpr std::size_t kMaxTensorBytes = 32U << 20;

}  // namespace vmaf_dnn
