// SPDX-License-Identifier: BSD-3-Clause
// The one error type of the core, and the one table from its codes to errno and to Python classes.
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>

namespace vmaf_dnn {

enum class Code {
  kInvalidArgument,
  kModelNotFound,
  kTooLarge,
  kMalformed,
  kNotAllowed,
  kOutsideJail,
  kDigestMismatch,
  kRegistryInvalid,
  kRuntimeMissing,
  kRuntimeFailure,
  kUnsupported,
  kNoSpace,
  kOutOfRange,
  kTimedOut,
  kNoDescriptor,
  kTooManyFiles,
};

struct ErrorRow {
  Code code;
  int errno_value;
  const char* python_class;  // in vmaf_dnn.errors
};

// clang-format off
inline constexpr ErrorRow kErrorTable[] = {
    {Code::kInvalidArgument,  EINVAL,    "InvalidArgument"},
    {Code::kModelNotFound,    ENOENT,    "ModelNotFound"},
    {Code::kTooLarge,         E2BIG,     "ModelRejected"},
    {Code::kMalformed,        EBADMSG,   "ModelRejected"},
    {Code::kNotAllowed,       EPERM,     "ModelRejected"},
    {Code::kOutsideJail,      EACCES,    "ModelRejected"},
    {Code::kDigestMismatch,   EBADMSG,   "DigestMismatch"},
    {Code::kRegistryInvalid,  EBADMSG,   "RegistryInvalid"},
    {Code::kRuntimeMissing,   ENOSYS,    "RuntimeMissing"},
    {Code::kRuntimeFailure,   EIO,       "RuntimeFailure"},
    {Code::kUnsupported,      ENOTSUP,   "Unsupported"},
    {Code::kNoSpace,          ENOSPC,    "InvalidArgument"},
    {Code::kOutOfRange,       ERANGE,    "InvalidArgument"},
    {Code::kTimedOut,         ETIMEDOUT, "RuntimeFailure"},
    {Code::kNoDescriptor,     EMFILE,    "RuntimeFailure"},
    {Code::kTooManyFiles,     ENFILE,    "RuntimeFailure"},
};
// clang-format on

class Error : public std::runtime_error {
 public:
  Error(Code code, const std::string& message) : std::runtime_error(message), code_(code) {}

  const ErrorRow& row() const {
    for (const ErrorRow& row : kErrorTable)
      if (row.code == code_) return row;
    return kErrorTable[0];
  }

 private:
  Code code_;
};

}  // namespace vmaf_dnn
