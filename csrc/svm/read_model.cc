// SPDX-License-Identifier: BSD-3-Clause
#include "svm/read_model.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/json/value.h"
#include "base/sha256.h"
#include "base/text.h"
#include "svm/faults.h"
#include "svm/libsvm_text.h"
#include "svm/shown.h"

namespace vmaf_dnn::svm {
namespace {

constexpr std::size_t kMaxBytes = 16 << 20;  // libvmaf's largest has half a million
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

constexpr const char* kSingle = "LIBSVMNUSVR";
constexpr const char* kOfCollection = "BOOTSTRAP_LIBSVMNUSVR";
constexpr const char* kKinds[] = {kSingle, kOfCollection, "RESIDUEBOOTSTRAP_LIBSVMNUSVR"};

// The name stands in every log: as an XML attribute, as a heading of CSV.
void check_name(const std::string& name) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  const auto is_fit = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  if (name.empty() || !is_letter(name[0]) || !std::all_of(name.begin(), name.end(), is_fit))
    throw Error(Code::kInvalidArgument,
                "name must be a word of ASCII letters, digits and _.- that starts with a letter or _, got " +
                    shown(std::string_view(name)) + ".");
}

Json parse_document(std::string_view bytes) {
  try {
    if (bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark)
      throw JsonSyntaxError("it begins with a byte order mark");
    Json content = parse_json(bytes);
    if (content.as<Json::Members>() == nullptr) refuse("its JSON", &content, "an object");
    return content;
  } catch (const JsonSyntaxError& error) {
    throw Malformed(std::string("it is not JSON in UTF-8 (") + error.what() + ")");
  } catch (const std::invalid_argument& error) {
    throw Malformed(error.what());
  }
}

const Json& model_dict(const Json& content, const std::string& kind) {
  const Json* const model = content.find("model_dict");
  if (model == nullptr || model->as<Json::Members>() == nullptr) refuse("its model_dict", model, "an object");
  const Json* const stated = model->find("model_type");
  const auto* const word = stated == nullptr ? nullptr : stated->as<std::string>();
  if (word != nullptr && *word == kind) return *model;
  if (word != nullptr && *word != kSingle &&
      std::find(std::begin(kKinds), std::end(kKinds), *word) != std::end(kKinds))
    throw NotComputed("its model_type is " + *word + ", and only " + kind + " is computed");
  refuse("its model_type", stated, "'" + kind + "'");
}

bool is_collection(const Json& content) {
  return content.find("0") != nullptr && content.find("model_dict") == nullptr;
}

// The entries "0", the main one, "1", "2" and so on.
std::vector<const Json*> entries_of(const Json& collection) {
  std::vector<const Json*> entries;
  while (const Json* entry = collection.find(std::to_string(entries.size()))) entries.push_back(entry);
  const size_t n_keys = collection.as<Json::Members>()->size();
  if (entries.size() != n_keys)
    throw Malformed("it is a collection whose " + std::to_string(n_keys) + " keys are not '0' to '" +
                    std::to_string(n_keys - 1) + "'");
  if (entries.size() < 2) throw Malformed("it is a collection without a member '1'");
  return entries;
}

Regression parse_entry(const Json& entry, size_t number, const RegressionOptions& options) {
  const auto in_entry = [&](const char* fault) {
    return "of the models that it collects, '" + std::to_string(number) + "' is no such: " + fault;
  };
  try {
    return parse_regression(model_dict(entry, kOfCollection), options);
  } catch (const Malformed& fault) {
    throw Malformed(in_entry(fault.what()));
  } catch (const NotComputed& fault) {
    throw NotComputed(in_entry(fault.what()));
  }
}

std::vector<Regression> parse_collection(const Json& content, const RegressionOptions& options) {
  std::vector<Regression> regressions;
  size_t n_vectors = 0;
  for (const Json* entry : entries_of(content)) {
    const size_t number = regressions.size();
    regressions.push_back(parse_entry(*entry, number, options));
    n_vectors += regressions.back().vectors.coefficients.size();
    if (n_vectors > kMaxVectors)
      throw Malformed("it has more than " + std::to_string(kMaxVectors) + " support vectors in all");
    if (!(regressions.back().features == regressions[0].features))
      throw NotComputed("of the models that it collects, '" + std::to_string(number) +
                        "' is over other features than '0'");
  }
  return regressions;
}

std::vector<Regression> parse_regressions(const Json& content, const RegressionOptions& options) {
  if (is_collection(content)) return parse_collection(content, options);
  return {parse_regression(model_dict(content, kSingle), options)};
}

}  // namespace

Model parse_model(std::string_view bytes, const std::filesystem::path& path, const ReadOptions& options) {
  check_name(options.name);
  const std::string file = legible(path.native()), sha256 = sha256_hex(bytes);
  if (!options.sha256.empty() && options.sha256 != sha256)
    throw Error(Code::kDigestMismatch,
                file + " is not the model that libvmaf has under this name: its sha256 is " + sha256 +
                    ", expected " + options.sha256 + "; give it without a digest (path=" + file +
                    ") if it is meant.");
  try {
    return Model(parse_regressions(parse_document(bytes), options.regression), options.name, path.native(),
                 sha256);
  } catch (const Malformed& fault) {
    throw Error(Code::kMalformed, file + " is no model as libvmaf writes them: " + fault.what() +
                                      "; correct the file, or give another.");
  } catch (const NotComputed& fault) {
    throw Error(Code::kUnsupported,
                file + " can't be scored natively: " + fault.what() + "; score it with libvmaf itself.");
  }
}

Model read_model(const std::filesystem::path& path, const ReadOptions& options) {
  check_name(options.name);
  return parse_model(read_file(path, kMaxBytes, "model file", Code::kMalformed).bytes, path, options);
}

}  // namespace vmaf_dnn::svm
