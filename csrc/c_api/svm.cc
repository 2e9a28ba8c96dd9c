// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <string>

#include "base/text.h"
#include "c_api/guard.h"
#include "c_api/sized.h"
#include "svm/read_model.h"
#include "vmaf_dnn/vmaf_dnn.h"

struct VmafDnnSvm {
  vmaf_dnn::svm::Model model;
};

namespace {

using vmaf_dnn::Code;
using vmaf_dnn::Error;
using vmaf_dnn::c_api::guarded;
using vmaf_dnn::c_api::known_part;
using vmaf_dnn::c_api::require;
using vmaf_dnn::c_api::to_int;
using vmaf_dnn::svm::Model;
using vmaf_dnn::svm::Overloads;
using vmaf_dnn::svm::ReadOptions;

// No model has a tenth as many options.
constexpr size_t kMaxOverloads = 1024;

std::optional<bool> wanted(const VmafDnnSvmTransform& transform) {
  switch (to_int(transform)) {
    case VMAF_DNN_SVM_TRANSFORM_AS_STATED:
      return std::nullopt;
    case VMAF_DNN_SVM_TRANSFORM_ON:
      return true;
    case VMAF_DNN_SVM_TRANSFORM_OFF:
      return false;
    default:
      throw Error(Code::kInvalidArgument, "transform is " + std::to_string(to_int(transform)) +
                                              "; use a name of VmafDnnSvmTransform.");
  }
}

Overloads overloads_of(const VmafDnnSvmOptions& options) {
  require(options.overloads != nullptr || options.n_overloads == 0,
          "n_overloads is set, but overloads is NULL.");
  if (options.n_overloads > kMaxOverloads)
    throw Error(Code::kInvalidArgument, "n_overloads is " + std::to_string(options.n_overloads) +
                                            "; it must be 0 to " + std::to_string(kMaxOverloads) + ".");
  Overloads overloads;
  for (size_t i = 0; i < options.n_overloads; ++i) {
    require(options.overloads[i] != nullptr, "an entry of overloads is NULL.");
    const std::string text = options.overloads[i];
    const size_t equals = text.find('=');
    if (equals == std::string::npos || text.find('.') > equals)
      throw Error(Code::kInvalidArgument, "the overload " + vmaf_dnn::legible(text) +
                                              " can't be read; write EXTRACTOR.OPTION=VALUE.");
    overloads.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return overloads;
}

ReadOptions to_read_options(const VmafDnnSvmOptions& options) {
  ReadOptions read;
  if (options.name != nullptr) read.name = options.name;
  if (options.sha256 != nullptr) read.sha256 = options.sha256;
  read.regression = {options.disable_clip == 0, wanted(options.transform), overloads_of(options)};
  return read;
}

void check_index(const char* name, int index, size_t n) {
  if (index < 0 || static_cast<size_t>(index) >= n)
    throw Error(Code::kInvalidArgument, std::string(name) + " is " + std::to_string(index) +
                                            "; it must be 0 to " + std::to_string(n - 1) + ".");
}

void check_rows(const Model& model, size_t n_rows) {
  const size_t width = std::max(model.features().size(), model.score_names().size());
  const size_t most = PTRDIFF_MAX / (width * sizeof(double));
  if (n_rows > most)
    throw Error(Code::kInvalidArgument, "n_rows is " + std::to_string(n_rows) +
                                            ", but memory holds at most " + std::to_string(most) +
                                            " rows of this model; give the number of rows.");
}

}  // namespace

extern "C" {

int vmaf_dnn_svm_open(VmafDnnSvm** svm, const char* path, const VmafDnnSvmOptions* options) {
  return guarded([&] {
    require(svm != nullptr, "svm is NULL; give a place for the new model.");
    require(path != nullptr, "path is NULL; give the path of libvmaf's .json of a model.");
    const VmafDnnSvmOptions known =
        options == nullptr ? VmafDnnSvmOptions{} : known_part(*options, sizeof(size_t), "VmafDnnSvmOptions");
    *svm = new VmafDnnSvm{vmaf_dnn::svm::read_model(path, to_read_options(known))};
  });
}

int vmaf_dnn_svm_n_features(const VmafDnnSvm* svm, int* n_features) {
  return guarded([&] {
    require(svm != nullptr && n_features != nullptr, "svm or n_features is NULL.");
    *n_features = static_cast<int>(svm->model.features().size());
  });
}

int vmaf_dnn_svm_feature(const VmafDnnSvm* svm, int feature, const char** text) {
  return guarded([&] {
    require(svm != nullptr && text != nullptr, "svm or text is NULL.");
    check_index("feature", feature, svm->model.features().size());
    *text = svm->model.features()[static_cast<size_t>(feature)].request.c_str();
  });
}

int vmaf_dnn_svm_n_scores(const VmafDnnSvm* svm, int* n_scores) {
  return guarded([&] {
    require(svm != nullptr && n_scores != nullptr, "svm or n_scores is NULL.");
    *n_scores = static_cast<int>(svm->model.score_names().size());
  });
}

int vmaf_dnn_svm_score_name(const VmafDnnSvm* svm, int score, const char** name) {
  return guarded([&] {
    require(svm != nullptr && name != nullptr, "svm or name is NULL.");
    check_index("score", score, svm->model.score_names().size());
    *name = svm->model.score_names()[static_cast<size_t>(score)].c_str();
  });
}

int vmaf_dnn_svm_predict(const VmafDnnSvm* svm, const double* rows, size_t n_rows, double* scores) {
  return guarded([&] {
    require(svm != nullptr, "svm is NULL.");
    require(n_rows == 0 || (rows != nullptr && scores != nullptr), "rows or scores is NULL.");
    check_rows(svm->model, n_rows);
    svm->model.predict(rows, n_rows, scores);
  });
}

void vmaf_dnn_svm_close(VmafDnnSvm* svm) {
  guarded([&] { delete svm; });
}

}  // extern "C"
