/* SPDX-License-Identifier: BSD-3-Clause */
/* Opens a model while the system fails it: memory, reading, a file that is replaced or cut meanwhile. The
 * functions of the C library that are defined here stand in for its own in the whole process.
 * argv[1]: a folder of its own with m.onnx, m.json and registry.json; argv[2]: another model. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

enum { kNever = -1 };

static struct {
  int malloc_countdown; /* which allocation from now fails; kNever */
  int read_countdown;   /* which read from now fails */
  int read_errno;       /* with what; 0: it gives no more bytes */
  int is_slow;          /* every read is interrupted once and then gives one byte */
  void (*on_open)(void);
} fault = {kNever, kNever, 0, 0, NULL};

extern void* __libc_malloc(size_t size);

static int strikes(int* countdown) {
  if (*countdown == kNever) return 0;
  return (*countdown)-- == 0;
}

void* malloc(size_t size) {
  if (!strikes(&fault.malloc_countdown)) return __libc_malloc(size);
  errno = ENOMEM;
  return NULL;
}

ssize_t read(int descriptor, void* buffer, size_t size) {
  static ssize_t (*real)(int, void*, size_t);
  static int is_interrupted;
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "read");
  if (strikes(&fault.read_countdown)) {
    errno = fault.read_errno;
    return fault.read_errno == 0 ? 0 : -1;
  }
  if (!fault.is_slow) return real(descriptor, buffer, size);
  is_interrupted = !is_interrupted;
  if (!is_interrupted) return real(descriptor, buffer, 1);
  errno = EINTR;
  return -1;
}

int open(const char* path, int flags, ...) {
  static int (*real)(const char*, int, ...);
  int descriptor;
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "open");
  descriptor = real(path, flags);
  if (fault.on_open != NULL && strstr(path, "m.onnx") != NULL) fault.on_open();
  return descriptor;
}

static const char* folder;
static const char* other_model;
static char model[4096];
static char registry[4096];
static float expected;
static const float kRow[6] = {0.93f, 0.36f, 0.77f, 0.86f, 0.92f, 3.9f};

static int open_model(VmafDnnSession** session) {
  VmafDnnOptions options = {0};
  options.struct_size = sizeof(options);
  options.registry = registry;
  return vmaf_dnn_session_open_with_options(session, "m", &options);
}

static void require_score(VmafDnnSession* session) {
  float score = 0;
  CHECK(vmaf_dnn_session_run_features(session, kRow, 1, &score) == 0);
  CHECK(score == expected);
}

/* Every allocation of opening fails once; each time nothing is left behind, and the next open works. */
static int run_out_of_memory(void) {
  int n, rc = -ENOMEM;
  for (n = 0; rc != 0; n++) {
    VmafDnnSession* session = NULL;
    fault.malloc_countdown = n;
    rc = open_model(&session);
    fault.malloc_countdown = kNever;
    CHECK(rc == 0 || (rc == -ENOMEM && session == NULL));
    vmaf_dnn_session_close(session);
  }
  return n - 1;
}

/* Every read fails once, or gives nothing: the file has been cut. */
static int lose_reads(int with_errno) {
  int n, rc = -1;
  fault.read_errno = with_errno;
  for (n = 0; rc != 0; n++) {
    VmafDnnSession* session = NULL;
    fault.read_countdown = n;
    rc = open_model(&session);
    fault.read_countdown = kNever;
    CHECK(rc == 0 || (rc == -EBADMSG && session == NULL));
    CHECK(rc == 0 || strstr(vmaf_dnn_last_error(), "could not be read to its end") != NULL);
    vmaf_dnn_session_close(session);
  }
  return n - 1;
}

static void read_slowly(void) {
  VmafDnnSession* session = NULL;
  fault.is_slow = 1;
  CHECK(open_model(&session) == 0);
  fault.is_slow = 0;
  require_score(session);
  vmaf_dnn_session_close(session);
}

static void copy_file(const char* from, const char* to) {
  char bytes[1 << 16];
  FILE* in = fopen(from, "rb");
  FILE* out = fopen(to, "wb");
  size_t size;
  CHECK(in != NULL && out != NULL);
  while ((size = fread(bytes, 1, sizeof(bytes), in)) > 0) CHECK(fwrite(bytes, 1, size, out) == size);
  CHECK(fclose(in) == 0 && fclose(out) == 0);
}

static void replace_model(void) {
  char fresh[4200];
  fault.on_open = NULL;
  snprintf(fresh, sizeof(fresh), "%s.new", model);
  copy_file(other_model, fresh);
  CHECK(rename(fresh, model) == 0);
}

static void cut_model(void) {
  fault.on_open = NULL;
  CHECK(truncate(model, 100) == 0);
}

static void overwrite_model(void) {
  fault.on_open = NULL;
  copy_file(other_model, model);
}

/* The name means another file as soon as ours is open: ours is what is checked and what runs. */
static void survive_replacement(const char* kept) {
  VmafDnnSession* session = NULL;
  VmafDnnSessionInfo info = {0};
  info.struct_size = sizeof(info);
  fault.on_open = replace_model;
  CHECK(open_model(&session) == 0);
  require_score(session);
  CHECK(vmaf_dnn_session_info(session, &info) == 0);
  CHECK(strcmp(info.path, model) == 0);
  vmaf_dnn_session_close(session);
  CHECK(open_model(&session) == -EBADMSG);
  CHECK(strstr(vmaf_dnn_last_error(), "have sha256") != NULL);
  copy_file(kept, model);
}

static void refuse_changed_bytes(const char* kept, void (*change)(void), const char* sentence) {
  VmafDnnSession* session = NULL;
  fault.on_open = change;
  CHECK(open_model(&session) == -EBADMSG);
  CHECK(strstr(vmaf_dnn_last_error(), sentence) != NULL);
  copy_file(kept, model);
  CHECK(open_model(&session) == 0);
  require_score(session);
  vmaf_dnn_session_close(session);
}

static int count_descriptors(void) {
  int n = 0, i;
  for (i = 0; i < 256; i++) n += fcntl(i, F_GETFD) >= 0;
  return n;
}

int main(int argc, char** argv) {
  VmafDnnSession* session = NULL;
  char kept[4200];
  int n_descriptors, n_allocations, n_reads;
  CHECK(argc == 3);
  folder = argv[1];
  other_model = argv[2];
  snprintf(model, sizeof(model), "%s/m.onnx", folder);
  snprintf(registry, sizeof(registry), "%s/registry.json", folder);
  snprintf(kept, sizeof(kept), "%s/kept", folder);
  copy_file(model, kept);
  n_allocations = run_out_of_memory();
  n_descriptors = count_descriptors();
  CHECK(open_model(&session) == 0);
  CHECK(vmaf_dnn_session_run_features(session, kRow, 1, &expected) == 0);
  vmaf_dnn_session_close(session);
  run_out_of_memory();
  n_reads = lose_reads(EIO);
  CHECK(lose_reads(0) == n_reads);
  read_slowly();
  survive_replacement(kept);
  refuse_changed_bytes(kept, cut_model, "have sha256");
  refuse_changed_bytes(kept, overwrite_model, "have sha256");
  CHECK(count_descriptors() == n_descriptors);
  printf("%d allocations, %d reads\n", n_allocations, n_reads);
  return 0;
}
