/* SPDX-License-Identifier: BSD-3-Clause */
/* Opens, shares and closes sessions from several threads at once; for the sanitizers. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <vmaf_dnn/vmaf_dnn.h>

enum { kThreads = 4, kRows = 100 };

static VmafDnnSession* shared;
static float rows[kRows][6];
static float expected[kRows];

static void require(int holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "%s: %s\n", what, vmaf_dnn_last_error());
  exit(1);
}

static void* work(void* unused) {
  int turn, i;
  for (turn = 0; turn < 5; turn++) {
    VmafDnnSession* own;
    float scores[kRows];
    require(vmaf_dnn_session_open(&own, "no_such_model", NULL) < 0, "a missing model opened");
    require(vmaf_dnn_session_open(&own, "vmaf_tiny_v2", NULL) == 0, "open");
    require(vmaf_dnn_session_run_features(own, &rows[0][0], kRows, scores) == 0, "own run");
    vmaf_dnn_session_close(own);
    require(vmaf_dnn_session_run_features(shared, &rows[0][0], kRows, scores) == 0, "shared run");
    for (i = 0; i < kRows; i++) require(scores[i] == expected[i], "scores differ");
  }
  return unused;
}

int main(void) {
  pthread_t threads[kThreads];
  int i;
  for (i = 0; i < kRows * 6; i++) rows[i / 6][i % 6] = 0.5f + 0.001f * (float)i;
  require(vmaf_dnn_session_open(&shared, "vmaf_tiny_v4", NULL) == 0, "open");
  require(vmaf_dnn_session_run_features(shared, &rows[0][0], kRows, expected) == 0, "run");
  for (i = 0; i < kThreads; i++) require(pthread_create(&threads[i], NULL, work, NULL) == 0, "thread");
  for (i = 0; i < kThreads; i++) pthread_join(threads[i], NULL);
  vmaf_dnn_session_close(shared);
  return 0;
}
