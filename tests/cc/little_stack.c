/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints how many bytes of stack each call takes. argv: a file of libvmaf's, then other models, each with six
 * features. */
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "check.h"

enum {
  kStackBytes = 1 << 20,
  kUntouched = 0xa5,
  kMostRows = 4096,
  kFeatures = 6,
  kWidth = 1920,
  kHeight = 1080
};

static const char* model;
static VmafDnnSession* session;
static VmafDnnExtractor* extractor;
static size_t n_rows;
static float rows[kMostRows * kFeatures], scores[kMostRows];
static VmafDnnSvm* svm;
static unsigned char frame[kWidth * kHeight];

static void* nothing(void* unused) { return unused; }

static void* open_session(void* unused) {
  CHECK(vmaf_dnn_session_open(&session, model, NULL) == 0);
  return unused;
}

static void* score(void* unused) {
  CHECK(vmaf_dnn_session_run_features(session, rows, n_rows, scores) == 0);
  return unused;
}

static void* open_extractor(void* unused) {
  VmafDnnExtractorConfig config = {0};
  config.struct_size = sizeof(config);
  config.width = kWidth;
  config.height = kHeight;
  config.bit_depth = 8;
  CHECK(vmaf_dnn_extractor_open(&extractor, &config) == 0);
  return unused;
}

static void* measure(void* unused) {
  const VmafDnnPlane plane = {frame, kWidth};
  double features[VMAF_DNN_ROW_SIZE];
  int n_measured;
  CHECK(vmaf_dnn_extractor_push(extractor, &plane, &plane, 1, features, &n_measured) == 0);
  return unused;
}

static void* open_svm(void* unused) {
  CHECK(vmaf_dnn_svm_open(&svm, model, NULL) == 0);
  return unused;
}

static void* predict(void* unused) {
  static double doubles[kFeatures], many[1024];
  int n_scores;
  CHECK(vmaf_dnn_svm_n_scores(svm, &n_scores) == 0 && n_scores <= 1024);
  CHECK(vmaf_dnn_svm_predict(svm, doubles, 1, many) == 0);
  return unused;
}

/* Runs `work` on a painted stack; returns how much of it was touched, from its top. */
static size_t depth_of(void* (*work)(void*)) {
  unsigned char* stack =
      mmap(NULL, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  pthread_attr_t attributes;
  pthread_t thread;
  size_t n_untouched = 0;
  CHECK(stack != MAP_FAILED);
  memset(stack, kUntouched, kStackBytes);
  CHECK(pthread_attr_init(&attributes) == 0);
  CHECK(pthread_attr_setstack(&attributes, stack, kStackBytes) == 0);
  CHECK(pthread_create(&thread, &attributes, work, NULL) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
  while (n_untouched < kStackBytes && stack[n_untouched] == kUntouched) n_untouched++;
  CHECK(pthread_attr_destroy(&attributes) == 0);
  CHECK(munmap(stack, kStackBytes) == 0);
  return kStackBytes - n_untouched;
}

static void print(const char* name, void* (*work)(void*)) {
  /* What a thread takes that does nothing is not ours. */
  printf("%s %zu\n", name, depth_of(work) - depth_of(nothing));
}

int main(int argc, char** argv) {
  static const size_t batches[] = {1, 3, 9, 64, kMostRows};
  int i;
  size_t b;
  CHECK(argc > 1);
  model = argv[1];
  print("open", open_svm);
  print("predict", predict);
  vmaf_dnn_svm_close(svm);
  for (i = 2; i < argc; i++) {
    model = argv[i];
    print("open", open_session);
    for (b = 0; b < sizeof(batches) / sizeof(*batches); b++) {
      n_rows = batches[b];
      print("score", score);
    }
    vmaf_dnn_session_close(session);
  }
  print("extractor", open_extractor);
  print("measure", measure);
  print("measure", measure);
  vmaf_dnn_extractor_close(extractor);
  return 0;
}
