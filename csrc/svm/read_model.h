// SPDX-License-Identifier: BSD-3-Clause
// From the bytes of a model file to the model.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "svm/model.h"
#include "svm/regression.h"

namespace vmaf_dnn::svm {

struct ReadOptions {
  std::string name = "vmaf";  // what the score is called
  std::string sha256;         // what the file has to have; empty: any
  RegressionOptions regression;
};

// Throws Error: kModelNotFound, kTooLarge, kDigestMismatch, kMalformed, kUnsupported for what only libvmaf
// computes, kInvalidArgument for options that don't fit.
Model read_model(const std::filesystem::path& path, const ReadOptions& options);
Model parse_model(std::string_view bytes, const std::filesystem::path& path, const ReadOptions& options);

}  // namespace vmaf_dnn::svm
