// SPDX-License-Identifier: BSD-3-Clause
#include "registry/kept_registries.h"

#include <pthread.h>

#include <algorithm>
#include <ctime>
#include <mutex>
#include <utility>
#include <vector>

#include "base/file.h"

namespace vmaf_dnn {
namespace {

constexpr std::size_t kMaxKept = 8;
constexpr off_t kMaxKeptBytes = 1 << 20;  // of text, of all together

struct Kept {
  std::filesystem::path path;  // entries name their files from here, and one file may lie in two folders
  struct stat status;
  std::shared_ptr<const Registry> registry;
};

std::mutex guarding;                // `kept`
std::vector<Kept>* kept = nullptr;  // last used last; never destroyed: threads may open while a process exits

// A thread that holds the lock does not come along into a forked child.
[[maybe_unused]] const int at_fork =
    pthread_atfork([] { guarding.lock(); }, [] { guarding.unlock(); }, [] { guarding.unlock(); });

bool is_same(const timespec& a, const timespec& b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

// The time of the last change of its inode tells also of writers that set the time of writing back.
bool is_same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         is_same(a.st_mtim, b.st_mtim) && is_same(a.st_ctim, b.st_ctim);
}

// Clocks of file systems tick every few milliseconds, some every two seconds: what is written twice within a
// tick has one time.
bool is_settled(const struct stat& status) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec - status.st_ctim.tv_sec > 2;
}

std::shared_ptr<const Registry> find_kept(const OpenFile& file) {
  const std::lock_guard<std::mutex> lock(guarding);
  if (kept == nullptr) return nullptr;
  const auto found = std::find_if(kept->begin(), kept->end(), [&](const Kept& one) {
    return is_same_file(one.status, file.status()) && one.path.native() == file.path().native();
  });
  if (found == kept->end()) return nullptr;
  std::rotate(found, found + 1, kept->end());
  return kept->back().registry;
}

// Gives back what has to go for it, to be destroyed when the lock is free again.
std::vector<Kept> keep(Kept added) {
  std::vector<Kept> dropped;
  dropped.reserve(kMaxKept);
  const std::lock_guard<std::mutex> lock(guarding);
  if (kept == nullptr) kept = new std::vector<Kept>;
  kept->reserve(kMaxKept);
  off_t n_bytes = added.status.st_size;
  for (const Kept& one : *kept) n_bytes += one.status.st_size;
  const auto goes = [&](const Kept& one) {
    return one.path.native() == added.path.native() || n_bytes > kMaxKeptBytes || kept->size() == kMaxKept;
  };
  for (auto one = kept->begin(); one != kept->end();) {
    if (!goes(*one)) {
      ++one;
      continue;
    }
    n_bytes -= one->status.st_size;
    dropped.push_back(std::move(*one));
    one = kept->erase(one);
  }
  kept->push_back(std::move(added));
  return dropped;
}

}  // namespace

std::shared_ptr<const Registry> read_registry(const std::filesystem::path& path) {
  const OpenFile file(path, kMaxJsonBytes, "registry", Code::kRegistryInvalid);
  if (auto known = find_kept(file)) return known;
  auto registry = std::make_shared<const Registry>(parse_registry(parse_json_object(file.read())));
  if (is_settled(file.status())) keep({file.path(), file.status(), registry});
  return registry;
}

}  // namespace vmaf_dnn
