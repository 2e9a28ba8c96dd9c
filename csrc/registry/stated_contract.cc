// SPDX-License-Identifier: BSD-3-Clause
#include "registry/stated_contract.h"

namespace vmaf_dnn {
namespace {

std::optional<ChromaCorrection> read_chroma_correction(const JsonFields& sidecar) {
  const auto fields = sidecar.optional_object("chroma_correction");
  if (!fields) return std::nullopt;
  fields->refuse_unknown({"parameter", "guided", "guide"});
  const auto parameter = fields->optional_number("parameter");
  if (!parameter) fields->fail("lacks the required \"parameter\"");
  return ChromaCorrection{*parameter, fields->string("guided"), fields->string("guide")};
}

std::vector<double> read_score_transform(const JsonFields& sidecar) {
  const auto fields = sidecar.optional_object("score_transform");
  if (!fields) return {};
  fields->refuse_unknown({"p0", "p1", "p2"});
  std::vector<double> coefficients;
  for (const char* name : {"p0", "p1", "p2"})
    coefficients.push_back(fields->optional_number(name).value_or(0));
  if (!fields->has("p1") && !fields->has("p2"))
    fields->fail("has neither \"p1\" nor \"p2\", so that all scores would be one");
  return coefficients;
}

}  // namespace

void read_range(const JsonFields& fields, const char* name, std::array<double, 2>& range) {
  if (!fields.has(name)) return;
  const std::vector<double> numbers = fields.optional_numbers(name);
  if (numbers.size() != 2 || !(numbers[0] < numbers[1]))
    fields.fail(std::string("has an \"") + name + "\" that is not [lowest, highest]");
  range = {numbers[0], numbers[1]};
}

StatedContract read_names(const JsonFields& fields, const char* file) {
  StatedContract contract;
  contract.input_name = fields.optional_string("input_name");
  contract.output_name = fields.optional_string("output_name");
  contract.features = fields.optional_strings("features");
  contract.stated_by = fields.where();
  contract.file = file;
  return contract;
}

StatedContract read_contract(const JsonFields& fields, const char* file, const Kind& kind) {
  StatedContract contract = read_names(fields, file);
  if (kind.takes_features && !fields.has("features")) fields.fail("lacks the required \"features\"");
  if (kind.gives_scores && !fields.has("output_range")) fields.fail("lacks the required \"output_range\"");
  read_range(fields, "output_range", contract.output_range);
  contract.feature_range = fields.optional_ranges("feature_range");
  contract.feature_options = fields.optional_strings("feature_options");
  contract.chroma_correction = read_chroma_correction(fields);
  contract.score_transform = read_score_transform(fields);
  return contract;
}

}  // namespace vmaf_dnn
