// SPDX-License-Identifier: BSD-3-Clause
// A model from its bytes to scores, as Session::open does it, but for the files and ONNX Runtime.
#include <variant>

#include "admission/policy.h"
#include "contract.h"
#include "engine/fused_mlp/fused_engine.h"
#include "engine/fused_mlp/recognise.h"
#include "fuzz.h"

using namespace vmaf_dnn;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  fuzz::refuses_or_returns([&] {
    const GraphView graph = read_graph(fuzz::as_text(data, size));
    check_policy(graph);
    const Contract contract = agree_on_contract(graph, StatedContract{}, "fr");
    if (!contract.is_feature_model) return;
    const auto net = fused::recognise(graph);
    if (!std::holds_alternative<fused::Mlp>(net)) return;
    const fused::FusedEngine engine(std::get<fused::Mlp>(net), fused::choose_kernel(), 1);
    constexpr int64_t kRows = 3;
    const std::vector<float> rows(static_cast<std::size_t>(kRows * contract.n_features), 0.5F);
    float scores[kRows];
    engine.run_features(rows.data(), kRows, scores);
  });
  return 0;
}
