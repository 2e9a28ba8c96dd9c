// SPDX-License-Identifier: BSD-3-Clause
#include "registry/sidecar.h"

#include "registry/paths.h"

namespace vmaf_dnn {
namespace {

constexpr const char* kFile = "sidecar";

void read_common(const JsonFields& fields, Sidecar& sidecar) {
  sidecar.quant_mode = fields.word("quant_mode", "fp32", {"fp32", "dynamic", "static", "qat"});
  sidecar.sha256 = fields.optional_digest("sha256");
  sidecar.int8_sha256 = fields.optional_digest("int8_sha256");
  sidecar.n_params = fields.optional_integer("n_params");
  sidecar.arch = fields.optional_string("arch").value_or("");
}

void read_ours(const JsonFields& fields, Sidecar& sidecar) {
  if (fields.optional_integer("schema_version") != 1)
    fields.fail("has a \"schema_version\" other than 1, the one this release reads");
  read_common(fields, sidecar);
  sidecar.id = fields.string("id");
  const Kind& kind = read_kind(fields, "fr");
  sidecar.kind = kind.name;
  sidecar.opset = fields.optional_integer("opset");
  sidecar.contract = read_contract(fields, kFile, kind);
}

// Dialect A says `id` and `opset`, dialect B says `name` and `onnx_opset`. Kinds that are none of
// ours occur there (a shot detector, an ensemble); they are not scoring models.
void import_published(const JsonFields& fields, Sidecar& sidecar) {
  read_common(fields, sidecar);
  sidecar.id = fields.optional_string("id").value_or(fields.optional_string("name").value_or(""));
  sidecar.kind = fields.optional_string("kind").value_or("fr");
  sidecar.opset =
      fields.has("opset") ? fields.optional_integer("opset") : fields.optional_integer("onnx_opset");
  sidecar.contract = read_names(fields, kFile);
  read_range(fields, "expected_output_range", sidecar.contract.output_range);
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
