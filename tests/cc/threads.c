/* SPDX-License-Identifier: BSD-3-Clause */
/* Opens, shares and closes sessions and extractors from several threads at once; for the sanitizers.
 * argv[1]: a filter of planes, which ONNX Runtime runs. */
#include <pthread.h>
#include <string.h>

#include "check.h"

enum { kThreads = 4, kTurns = 5, kRows = 100, kSide = 40 };

static const char* filter_path;
static VmafDnnSession* shared_scorer;
static VmafDnnSession* shared_filter;
static float rows[kRows][6];
static float expected_scores[kRows];
static uint16_t plane[kSide * kSide];
static uint16_t expected_plane[kSide * kSide];
static double expected_row[VMAF_DNN_ROW_SIZE];

static VmafDnnSession* open_filter(void) {
  VmafDnnOptions options = {0};
  VmafDnnSession* session;
  options.struct_size = sizeof(options);
  options.timeout_ms = 60000;
  CHECK(vmaf_dnn_session_open_with_options(&session, filter_path, &options) == 0);
  return session;
}

static void score(const VmafDnnSession* session) {
  float scores[kRows];
  CHECK(vmaf_dnn_session_run_features(session, &rows[0][0], kRows, scores) == 0);
  CHECK(memcmp(scores, expected_scores, sizeof(scores)) == 0);
}

static void filter(const VmafDnnSession* session) {
  uint16_t out[kSide * kSide];
  CHECK(vmaf_dnn_session_run_plane16(session, plane, kSide * 2, kSide, kSide, 10, out, kSide * 2) == 0);
  CHECK(memcmp(out, expected_plane, sizeof(out)) == 0);
  CHECK(vmaf_dnn_session_run_plane16(session, plane, kSide * 2, kSide, kSide, 17, out, kSide * 2) < 0);
  CHECK(strncmp(vmaf_dnn_last_error(), "bpc is 17", 9) == 0);
}

/* The row of the first of two equal frames. */
static void extract(double* row) {
  VmafDnnExtractorConfig config = {0};
  VmafDnnExtractor* extractor;
  VmafDnnPlane frame = {plane, kSide * 2};
  int n_rows;
  config.struct_size = sizeof(config);
  config.width = config.height = kSide;
  config.bit_depth = 10;
  config.threads = 2;
  CHECK(vmaf_dnn_extractor_open(&extractor, &config) == 0);
  CHECK(vmaf_dnn_extractor_push(extractor, &frame, &frame, 1, row, &n_rows) == 0);
  CHECK(vmaf_dnn_extractor_push(extractor, &frame, &frame, 1, row, &n_rows) == 0 && n_rows == 1);
  vmaf_dnn_extractor_close(extractor);
}

static void* work(void* unused) {
  int turn;
  for (turn = 0; turn < kTurns; turn++) {
    VmafDnnSession *scorer, *own_filter;
    double row[VMAF_DNN_ROW_SIZE];
    CHECK(vmaf_dnn_session_open(&scorer, "no_such_model", NULL) < 0);
    CHECK(vmaf_dnn_session_open(&scorer, "vmaf_tiny_v4", NULL) == 0);
    score(scorer);
    score(shared_scorer);
    vmaf_dnn_session_close(scorer);
    own_filter = open_filter();
    filter(own_filter);
    filter(shared_filter);
    vmaf_dnn_session_close(own_filter);
    extract(row);
    CHECK(memcmp(row, expected_row, sizeof(row)) == 0);
  }
  return unused;
}

int main(int argc, char** argv) {
  pthread_t threads[kThreads];
  int i;
  CHECK(argc == 2);
  filter_path = argv[1];
  for (i = 0; i < kRows * 6; i++) rows[i / 6][i % 6] = 0.5f + 0.001f * (float)i;
  for (i = 0; i < kSide * kSide; i++) plane[i] = (uint16_t)(i * 37 % 1024);
  CHECK(vmaf_dnn_session_open(&shared_scorer, "vmaf_tiny_v4", NULL) == 0);
  CHECK(vmaf_dnn_session_run_features(shared_scorer, &rows[0][0], kRows, expected_scores) == 0);
  extract(expected_row);
  shared_filter = open_filter();
  CHECK(vmaf_dnn_session_run_plane16(shared_filter, plane, kSide * 2, kSide, kSide, 10, expected_plane,
                                     kSide * 2) == 0);
  for (i = 0; i < kThreads; i++) CHECK(pthread_create(&threads[i], NULL, work, NULL) == 0);
  for (i = 0; i < kThreads; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  vmaf_dnn_session_close(shared_filter);
  vmaf_dnn_session_close(shared_scorer);
  return 0;
}
