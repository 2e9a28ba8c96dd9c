/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads that score rows and measure frames are cancelled again and again; each ends between two calls. */
#define _GNU_SOURCE
#include <pthread.h>
#include <unistd.h>

#include "check.h"

enum { kTimes = 50, kRows = 5000, kFeatures = 6, kWidth = 320, kHeight = 180 };

static VmafDnnSession* session;
static VmafDnnExtractor* extractor;

static void* score(void* unused) {
  static float rows[kRows * kFeatures], scores[kRows];
  (void)unused;
  for (;;) {
    CHECK(vmaf_dnn_session_run_features(session, rows, kRows, scores) == 0);
    pthread_testcancel();
  }
}

static void* measure(void* unused) {
  static unsigned char frame[kWidth * kHeight];
  const VmafDnnPlane plane = {frame, kWidth};
  (void)unused;
  for (;;) {
    double rows[VMAF_DNN_ROW_SIZE];
    int n_rows;
    CHECK(vmaf_dnn_extractor_push(extractor, &plane, &plane, 1, rows, &n_rows) == 0);
    pthread_testcancel();
  }
}

static void* open_and_close(void* unused) {
  (void)unused;
  for (;;) {
    VmafDnnSession* another = NULL;
    CHECK(vmaf_dnn_session_open(&another, "vmaf_tiny_v2", NULL) == 0);
    vmaf_dnn_session_close(another);
    pthread_testcancel();
  }
}

static void cancel(void* (*work)(void*)) {
  int i;
  for (i = 0; i < kTimes; i++) {
    pthread_t thread;
    void* end = NULL;
    CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
    usleep((useconds_t)(i * 37));
    CHECK(pthread_cancel(thread) == 0);
    CHECK(pthread_join(thread, &end) == 0);
    CHECK(end == PTHREAD_CANCELED);
  }
}

int main(void) {
  VmafDnnExtractorConfig config = {0};
  config.struct_size = sizeof(config);
  config.width = kWidth;
  config.height = kHeight;
  config.bit_depth = 8;
  config.threads = 2;
  CHECK(vmaf_dnn_session_open(&session, "vmaf_tiny_v4", NULL) == 0);
  CHECK(vmaf_dnn_extractor_open(&extractor, &config) == 0);
  cancel(score);
  cancel(measure);
  cancel(open_and_close);
  vmaf_dnn_extractor_close(extractor);
  vmaf_dnn_session_close(session);
  return 0;
}
