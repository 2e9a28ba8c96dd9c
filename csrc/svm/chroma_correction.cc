// SPDX-License-Identifier: BSD-3-Clause
#include "svm/chroma_correction.h"

#include <string>

#include "base/text.h"
#include "svm/faults.h"

namespace vmaf_dnn::svm {
namespace {

constexpr const char* kParameter = "chroma_correction_parameter";

size_t only(const std::vector<Feature>& features, const std::string& part) {
  std::vector<size_t> found;
  for (size_t column = 0; column < features.size(); ++column)
    if (features[column].name.find(part) != std::string::npos) found.push_back(column);
  if (found.size() != 1)
    throw Malformed(std::string("its ") + kParameter + " needs one feature " + part + ", and it is over " +
                    join(features, [](const Feature& feature) { return feature.name; }));
  return found[0];
}

}  // namespace

void ChromaCorrection::apply(std::vector<double>& scaled_row, const Scaling& scaling) const {
  if (scaling.unscale(guided, scaled_row[guided]) != 0) return;
  const double guess = -parameter * scaling.unscale(guide, scaled_row[guide]) + parameter;
  scaled_row[guided] = scaling.scale(guided, guess);
}

std::optional<ChromaCorrection> parse_chroma_correction(const Json& model,
                                                        const std::vector<Feature>& features) {
  const Json* const stated = model.find(kParameter);
  if (stated == nullptr) return std::nullopt;
  const double parameter = finite_number(std::string("its ") + kParameter, *stated);
  if (parameter == 0)
    throw Malformed(std::string("its ") + kParameter + " is 0, for which libvmaf gives no score");
  const size_t guided = only(features, "speed_chroma");
  return ChromaCorrection{parameter, guided, only(features, "adm3")};
}

}  // namespace vmaf_dnn::svm
