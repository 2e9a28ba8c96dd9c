// SPDX-License-Identifier: BSD-3-Clause
#include "registry/kinds.h"

#include <algorithm>
#include <iterator>

namespace vmaf_dnn {

const Kind& read_kind(const JsonFields& fields, std::string_view fallback) {
  static_assert(std::size(kKinds) == 5);
  const std::string word = fields.word(
      "kind", fallback, {kKinds[0].name, kKinds[1].name, kKinds[2].name, kKinds[3].name, kKinds[4].name});
  return *std::find_if(std::begin(kKinds), std::end(kKinds),
                       [&](const Kind& kind) { return kind.name == word; });
}

}  // namespace vmaf_dnn
