// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/error.h"

namespace vmaf_dnn {

struct FileContent {
  std::filesystem::path path;  // of the very file that was read, links resolved
  std::string bytes;
};

using PathCheck = void (*)(const std::filesystem::path& resolved);

// Closed with its owner; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

// A regular file of 1 to `max_bytes` bytes, held open by one descriptor; links are followed. `noun` names it
// in errors ("model file"). `check` may throw at where the open file lies, before a byte is read. Throws
// Error: kModelNotFound, kTooLarge, or `unfit` (empty or unreadable).
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& path, std::size_t max_bytes, const std::string& noun, Code unfit,
           PathCheck check = nullptr);

  const std::filesystem::path& path() const { return path_; }  // links resolved
  const struct stat& status() const { return status_; }        // before anything was read
  FileContent read() const;                                    // whole

 private:
  Descriptor descriptor_;
  std::string name_;  // as errors begin
  Code unfit_;
  std::filesystem::path path_;
  struct stat status_{};
};

// The same, read.
FileContent read_file(const std::filesystem::path& path, std::size_t max_bytes, const std::string& noun,
                      Code unfit, PathCheck check = nullptr);

}  // namespace vmaf_dnn
