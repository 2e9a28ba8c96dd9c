// SPDX-License-Identifier: BSD-3-Clause
#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <climits>
#include <cstring>

#include "base/text.h"

namespace vmaf_dnn {
namespace {

constexpr const char* kDeletedMark = " (deleted)";  // proc(5), on a file that has no name any more

// Never blocks on a fifo.
int open_for_reading(const std::filesystem::path& path, const std::string& noun, Code unfit) {
  // The system would take it for the end of the path.
  if (path.native().find('\0') != std::string::npos)
    throw Error(Code::kModelNotFound,
                "There is no " + noun + " " + legible(path.native()) + "; a path holds no NUL byte.");
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor >= 0) return descriptor;
  if (errno == ENOENT)
    throw Error(Code::kModelNotFound,
                "There is no " + noun + " " + path.string() + "; restore it or name another.");
  if (errno == EMFILE || errno == ENFILE)
    throw Error(errno == EMFILE ? Code::kNoDescriptor : Code::kTooManyFiles,
                "The " + noun + " " + path.string() + " can't be opened (" + std::strerror(errno) +
                    "); close files that are not needed, or raise their limit (ulimit -n).");
  throw Error(unfit, "The " + noun + " " + path.string() + " can't be opened (" + std::strerror(errno) +
                         "); check its path and permissions.");
}

// Where the open file lies, whatever its name has come to mean since: one call of the system, where
// resolving the name first would take one a folder and could be of another file.
std::filesystem::path path_of(const Descriptor& file, const std::filesystem::path& named,
                              const struct stat& status) {
  char target[PATH_MAX];
  const std::string link = "/proc/self/fd/" + std::to_string(file.get());
  const ssize_t length = readlink(link.c_str(), target, sizeof target);
  if (length > 0 && length < static_cast<ssize_t>(sizeof target)) {
    std::string resolved(target, target + length);
    const std::size_t end = resolved.rfind(kDeletedMark);
    const bool is_replaced = status.st_nlink == 0 && end != std::string::npos;
    return is_replaced ? resolved.substr(0, end) : resolved;
  }
  return std::filesystem::canonical(named);  // no /proc in this jail
}

}  // namespace

Descriptor::~Descriptor() {
  if (value_ >= 0) close(value_);
}

OpenFile::OpenFile(const std::filesystem::path& path, std::size_t max_bytes, const std::string& noun,
                   Code unfit, PathCheck check)
    : descriptor_(open_for_reading(path, noun, unfit)),
      name_("The " + noun + " " + path.string()),
      unfit_(unfit) {
  if (fstat(descriptor_.get(), &status_) != 0 || !S_ISREG(status_.st_mode))
    throw Error(Code::kModelNotFound, name_ + " is not a regular file; give the path of a file.");
  path_ = path_of(descriptor_, path, status_);
  if (check != nullptr) check(path_);
  const auto size = static_cast<std::size_t>(status_.st_size);
  if (size == 0) throw Error(unfit, name_ + " is empty; write it again.");
  if (size > max_bytes)
    throw Error(Code::kTooLarge, name_ + " has " + std::to_string(size) + " bytes; at most " +
                                     std::to_string(max_bytes) + " are admitted.");
}

FileContent OpenFile::read() const {
  FileContent content{path_, std::string(static_cast<std::size_t>(status_.st_size), '\0')};
  std::string& bytes = content.bytes;
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = ::read(descriptor_.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw Error(unfit_, name_ + " could not be read to its end; is it being written?");
    done += static_cast<std::size_t>(count);
  }
  return content;
}

FileContent read_file(const std::filesystem::path& path, std::size_t max_bytes, const std::string& noun,
                      Code unfit, PathCheck check) {
  return OpenFile(path, max_bytes, noun, unfit, check).read();
}

}  // namespace vmaf_dnn
