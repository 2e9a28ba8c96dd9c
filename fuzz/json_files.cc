// SPDX-License-Identifier: BSD-3-Clause
// A registry, a sidecar and a model of libvmaf from their bytes.
#include <string>

#include "fuzz.h"
#include "registry/registry.h"
#include "registry/sidecar.h"
#include "svm/read_model.h"

using namespace vmaf_dnn;

namespace {

// Whatever the file says, rows get finite scores or a sentence.
void read_and_score(std::string_view bytes) {
  const svm::Model model = svm::parse_model(bytes, "/models/file.json", {});
  const std::vector<double> rows(2 * model.features().size(), 0.5);
  std::vector<double> scores(2 * model.score_names().size());
  model.predict(rows.data(), 2, scores.data());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const auto parse = [&] {
    return parse_json_object({"/models/file.json", std::string(fuzz::as_text(data, size))});
  };
  fuzz::refuses_or_returns([&] { parse_registry(parse()); });
  fuzz::refuses_or_returns([&] { parse_sidecar(parse()); });
  fuzz::refuses_or_returns([&] { read_and_score(fuzz::as_text(data, size)); });
  return 0;
}
