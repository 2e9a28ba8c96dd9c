// SPDX-License-Identifier: BSD-3-Clause
#include "admission/admit.h"

#include <algorithm>
#include <cstdlib>

#include "admission/policy.h"
#include "base/error.h"
#include "base/file.h"
#include "base/sha256.h"

namespace vmaf_dnn {
namespace {

namespace fs = std::filesystem;

// Compares whole path components, so that /jail-evil is not inside /jail.
void check_jail(const fs::path& resolved) {
  const char* jail = std::getenv("VMAF_TINY_MODEL_DIR");
  if (jail == nullptr) return;
  if (*jail == '\0')
    throw Error(Code::kOutsideJail, "VMAF_TINY_MODEL_DIR is set but empty; unset it or name a folder.");
  std::error_code missing;
  const fs::path root = fs::canonical(jail, missing);
  if (missing || !fs::is_directory(root))
    throw Error(Code::kOutsideJail, std::string("VMAF_TINY_MODEL_DIR is ") + jail +
                                        ", which is not a folder; correct or unset it.");
  const auto [end_of_root, ignored] =
      std::mismatch(root.begin(), root.end(), resolved.begin(), resolved.end());
  if (end_of_root != root.end())
    throw Error(Code::kOutsideJail, "The model file " + resolved.string() +
                                        " is outside VMAF_TINY_MODEL_DIR=" + root.string() +
                                        "; move it there or unset the variable.");
}

bool requires_digest() {
  const char* word = std::getenv("VMAF_DNN_REQUIRE_DIGEST");
  return word != nullptr && std::string_view(word) != "0";
}

void check_digest(const AdmittedModel& model, const std::optional<Pin>& pin) {
  if (!pin && requires_digest())
    throw Error(Code::kNotAllowed,
                "No registry or sidecar pins the digest of " + model.path.string() +
                    ", and VMAF_DNN_REQUIRE_DIGEST is set; list the model in a registry with "
                    "\"sha256\": \"" +
                    model.sha256 + "\", or unset the variable.");
  if (!pin || pin->sha256 == model.sha256) return;
  throw Error(Code::kDigestMismatch, "The bytes of " + model.path.string() + " have sha256 " + model.sha256 +
                                         ", but " + pin->stated_by.string() + " pins " + pin->sha256 +
                                         "; restore the file, or pin the new digest if the change is meant.");
}

}  // namespace

void admit(const fs::path& file, const std::optional<Pin>& pin, AdmittedModel& model) {
  FileContent content = read_file(file, kMaxModelBytes, "model file", Code::kMalformed, check_jail);
  model.path = std::move(content.path);
  model.bytes = std::move(content.bytes);
  model.sha256 = sha256_hex(model.bytes);
  check_digest(model, pin);
  model.graph = read_graph(model.bytes);
  check_policy(model.graph);
}

}  // namespace vmaf_dnn
