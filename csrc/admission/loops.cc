// SPDX-License-Identifier: BSD-3-Clause
#include <string>

#include "admission/checks.h"
#include "admission/limits.h"
#include "admission/whole_number.h"
#include "base/error.h"

namespace vmaf_dnn {
namespace {

[[noreturn]] void refuse(const GraphView& graph, const NodeView& loop, const std::string& complaint) {
  throw Error(Code::kNotAllowed,
              where(graph, loop) + " is a Loop " + complaint + "; unroll or shorten the loop.");
}

double trips_of(const GraphView& graph, const NodeView& loop, const KnownConstants& constants) {
  const std::string_view name = loop.inputs.empty() ? "" : loop.inputs[0];
  const auto trips = constants.number(name);
  if (!trips)
    refuse(graph, loop,
           "whose trip count is not a constant number; at most " + whole_number(kMaxTrips) +
               " trips are admitted");
  if (!(*trips >= 0 && *trips <= kMaxTrips))
    refuse(graph, loop,
           "of " + whole_number(*trips) + " trips, at most " + whole_number(kMaxTrips) + " are admitted");
  return *trips;
}

void check_nesting(const GraphView& graph, const KnownConstants& constants) {
  std::vector<double> runs(graph.graphs.size(), 1);  // of each graph in one run of the model
  for (std::size_t i = 1; i < graph.graphs.size(); ++i) {
    const NodeView& holder = graph.nodes[graph.graphs[i].node];
    runs[i] = runs[holder.graph];
    if (holder.op_type != "Loop") continue;
    runs[i] *= trips_of(graph, holder, constants);
    if (runs[i] > kMaxNestedTrips)
      refuse(graph, holder,
             "that makes " + whole_number(runs[i]) + " trips, being inside others; at most " +
                 whole_number(kMaxNestedTrips) + " are admitted");
  }
}

}  // namespace

void check_loops(const GraphView& graph, const KnownConstants& constants) {
  int n_loops = 0;
  for (const NodeView& node : graph.nodes) {
    if (node.op_type != "Loop") continue;
    if (++n_loops > kMaxLoops)
      refuse(graph, node, "too many: at most " + std::to_string(kMaxLoops) + " in a model are admitted");
    trips_of(graph, node, constants);
  }
  if (n_loops > 1) check_nesting(graph, constants);
}

}  // namespace vmaf_dnn
