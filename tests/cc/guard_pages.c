/* SPDX-License-Identifier: BSD-3-Clause */
/* Opens each model of argv and scores 1 to 70 rows with it, while a page that nobody may touch follows each
 * block of memory: what reads or writes past an end dies. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"

enum { kPage = 4096, kMostRows = 70, kFeatures = 6, kAlignment = 16 };

static const size_t kArenaBytes = (size_t)1 << 38;
static char* arena;          /* addresses are given once and never again */
static uint32_t* n_pages_of; /* of the block that begins in a page of the arena */
static size_t n_given;
static int is_guarding;

extern void* __libc_malloc(size_t size);
extern void* __libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void* block);

static size_t round_up(size_t size, size_t multiple) { return (size + multiple - 1) / multiple * multiple; }

static void* reserve(size_t size, int protection) {
  void* memory = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) abort();
  return memory;
}

/* The block ends at the end of a page, but for what `alignment` takes; the next page is out of bounds. */
static void* guarded(size_t size, size_t alignment) {
  const size_t bytes = round_up(size == 0 ? 1 : size, alignment);
  const size_t pages = round_up(bytes, kPage);
  char* first;
  if (arena == NULL) {
    arena = reserve(kArenaBytes, PROT_NONE);
    n_pages_of = reserve(kArenaBytes / kPage * sizeof(uint32_t), PROT_READ | PROT_WRITE);
  }
  first = arena + n_given;
  n_pages_of[n_given / kPage] = (uint32_t)(pages / kPage);
  n_given += pages + kPage;
  if (mprotect(first, pages, PROT_READ | PROT_WRITE) != 0) abort();
  return first + pages - bytes;
}

void* malloc(size_t size) { return is_guarding ? guarded(size, kAlignment) : __libc_malloc(size); }

void* aligned_alloc(size_t alignment, size_t size) {
  return is_guarding ? guarded(size, alignment) : __libc_memalign(alignment, size);
}

int posix_memalign(void** block, size_t alignment, size_t size) {
  *block = aligned_alloc(alignment, size);
  return *block == NULL ? ENOMEM : 0;
}

void free(void* block) {
  const size_t place = (size_t)((char*)block - arena);
  if (arena == NULL || place >= kArenaBytes) {
    __libc_free(block);
  } else {
    const size_t first = place / kPage;
    const size_t bytes = (size_t)n_pages_of[first] * kPage;
    if (madvise(arena + first * kPage, bytes, MADV_DONTNEED) != 0) abort();
    if (mprotect(arena + first * kPage, bytes, PROT_NONE) != 0) abort();
  }
}

static float next_value(uint32_t* state) {
  *state = *state * 1664525U + 1013904223U;
  return (float)(*state >> 8) / (float)(1 << 24);
}

static void score_all(const char* model) {
  VmafDnnSession* session = NULL;
  uint32_t state = 1;
  int n, i;
  is_guarding = 1;
  CHECK(vmaf_dnn_session_open(&session, model, NULL) == 0);
  for (n = 1; n <= kMostRows; n++) {
    float* rows = guarded((size_t)n * kFeatures * sizeof(float), sizeof(float));
    float* scores = guarded((size_t)n * sizeof(float), sizeof(float));
    for (i = 0; i < n * kFeatures; i++) rows[i] = next_value(&state);
    CHECK(vmaf_dnn_session_run_features(session, rows, (size_t)n, scores) == 0);
    for (i = 0; i < n; i++) CHECK(scores[i] == scores[i]);
    free(rows);
    free(scores);
  }
  vmaf_dnn_session_close(session);
  is_guarding = 0;
}

int main(int argc, char** argv) {
  int i;
  for (i = 1; i < argc; i++) score_all(argv[i]);
  return 0;
}
