// SPDX-License-Identifier: BSD-3-Clause
#include "registry/sidecar.h"

#include "registry/paths.h"

namespace vmaf_dnn {
namespace {

void read_range(const JsonFields& fields, const char* name, std::array<double, 2>& range) {
  if (!fields.has(name)) return;
  const std::vector<double> numbers = fields.optional_numbers(name);
  if (numbers.size() != 2 || !(numbers[0] < numbers[1]))
    fields.fail(std::string("has an \"") + name + "\" that is not [lowest, highest]");
  range = {numbers[0], numbers[1]};
}

void read_common(const JsonFields& fields, Sidecar& sidecar) {
  sidecar.quant_mode = fields.word("quant_mode", "fp32", {"fp32", "dynamic", "static", "qat"});
  sidecar.input_name = fields.optional_string("input_name");
  sidecar.output_name = fields.optional_string("output_name");
  sidecar.features = fields.optional_strings("features");
  sidecar.sha256 = fields.optional_digest("sha256");
  sidecar.int8_sha256 = fields.optional_digest("int8_sha256");
  sidecar.n_params = fields.optional_integer("n_params");
  sidecar.arch = fields.optional_string("arch").value_or("");
}

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

void read_ours(const JsonFields& fields, Sidecar& sidecar) {
  if (fields.optional_integer("schema_version") != 1)
    fields.fail("has a \"schema_version\" other than 1, the one this release reads");
  read_common(fields, sidecar);
  sidecar.id = fields.string("id");
  sidecar.kind = fields.word("kind", "fr", {"fr", "nr", "filter"});
  sidecar.opset = fields.optional_integer("opset");
  for (const char* name : {"features", "output_range"})
    if (!fields.has(name)) fields.fail(std::string("lacks the required \"") + name + "\"");
  read_range(fields, "output_range", sidecar.output_range);
  sidecar.feature_range = fields.optional_ranges("feature_range");
  sidecar.feature_options = fields.optional_strings("feature_options");
  sidecar.chroma_correction = read_chroma_correction(fields);
  sidecar.score_transform = read_score_transform(fields);
}

// Dialect A says `id` and `opset`, dialect B says `name` and `onnx_opset`. Kinds outside the registry's
// three occur there (a shot detector, an ensemble); they are not scoring models.
void import_published(const JsonFields& fields, Sidecar& sidecar) {
  read_common(fields, sidecar);
  sidecar.id = fields.optional_string("id").value_or(fields.optional_string("name").value_or(""));
  sidecar.kind = fields.optional_string("kind").value_or("fr");
  sidecar.opset =
      fields.has("opset") ? fields.optional_integer("opset") : fields.optional_integer("onnx_opset");
  read_range(fields, "expected_output_range", sidecar.output_range);
}

}  // namespace

Sidecar parse_sidecar(const JsonFile& file) {
  Sidecar sidecar;
  const JsonFields fields(file.object, "The sidecar " + file.path.string());
  if (fields.has("schema_version") && !fields.has("name"))
    read_ours(fields, sidecar);
  else
    import_published(fields, sidecar);
  sidecar.path = file.path;
  return sidecar;
}

Sidecar read_sidecar(const std::filesystem::path& path) {
  if (!is_present(path)) return {};
  return parse_sidecar({path, read_json_object(path, "sidecar").object});
}

}  // namespace vmaf_dnn
