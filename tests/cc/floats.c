/* SPDX-License-Identifier: BSD-3-Clause */
/* A host's rounding mode, flushing of subnormals and trapped exceptions reach no score and no feature, and
 * are as before after each call. argv[1]: a filter of one plane. */
#define _GNU_SOURCE
#include <fenv.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "check.h"

enum { kRows = 70, kFeatures = 6, kWidth = 97, kHeight = 61, kFrames = 3 };

typedef struct Answers {
  float scores[2][2][kRows + 1]; /* of two precisions and two engines; the last is of a row by itself */
  float named[kRows];
  unsigned char filtered[kHeight * kWidth];
  double features[kFrames][VMAF_DNN_ROW_SIZE];
} Answers;

static float rows[kRows][kFeatures];
static unsigned char frames[2 * kFrames][kHeight * kWidth];

static void make_input(void) {
  unsigned state = 1;
  int i, k;
  for (i = 0; i < kRows; i++)
    for (k = 0; k < kFeatures; k++) {
      state = state * 1664525U + 1013904223U;
      rows[i][k] = (float)(state >> 8) / (float)(1 << 24);
    }
  rows[3][2] = (float)strtod("nan", NULL);
  rows[4][1] = 1e-42F; /* subnormal */
  for (i = 0; i < 2 * kFrames; i++)
    for (k = 0; k < kHeight * kWidth; k++) {
      state = state * 1664525U + 1013904223U;
      frames[i][k] = (unsigned char)(128 + (k % kWidth) / 2 + (int)(state >> 28) * (1 + i % 2));
    }
}

static VmafDnnSession* open_session(const char* model, const char* precision, const char* engine) {
  VmafDnnSession* session = NULL;
  VmafDnnOptions options = {0};
  options.struct_size = sizeof(options);
  options.precision = precision;
  options.engine = engine;
  CHECK(vmaf_dnn_session_open_with_options(&session, model, &options) == 0);
  return session;
}

static void ask_sessions(Answers* answers) {
  const char* const precisions[] = {"fp32", "int8"};
  const char* const engines[] = {"fused", "onnxruntime"};
  int p, e;
  for (p = 0; p < 2; p++)
    for (e = 0; e < 2; e++) {
      VmafDnnSession* session = open_session("vmaf_tiny_v3", precisions[p], engines[e]);
      float* scores = answers->scores[p][e];
      CHECK(vmaf_dnn_session_run_features(session, rows[0], kRows, scores) == 0);
      CHECK(vmaf_dnn_session_run_features(session, rows[7], 1, scores + kRows) == 0);
      vmaf_dnn_session_close(session);
    }
}

static void ask_tensors(Answers* answers) {
  const int64_t shape[] = {kRows, kFeatures};
  VmafDnnInput input = {0};
  VmafDnnOutput output = {0};
  VmafDnnSession* session = open_session("vmaf_tiny_v3", "fp32", "onnxruntime");
  input.name = "features";
  input.data = rows[0];
  input.shape = shape;
  input.rank = 2;
  output.name = "vmaf";
  output.data = answers->named;
  output.capacity = kRows;
  CHECK(vmaf_dnn_session_run(session, &input, 1, &output, 1) == 0);
  vmaf_dnn_session_close(session);
}

static void ask_filter(Answers* answers, const char* model) {
  VmafDnnSession* session = open_session(model, "auto", "auto");
  CHECK(vmaf_dnn_session_run_luma8(session, frames[0], kWidth, kWidth, kHeight, answers->filtered, kWidth) ==
        0);
  vmaf_dnn_session_close(session);
}

static void ask_extractor(Answers* answers) {
  VmafDnnExtractor* extractor = NULL;
  VmafDnnExtractorConfig config = {0};
  int i, n_rows = 0, n = 0;
  config.struct_size = sizeof(config);
  config.width = kWidth;
  config.height = kHeight;
  config.bit_depth = 8;
  config.threads = 2;
  CHECK(vmaf_dnn_extractor_open(&extractor, &config) == 0);
  for (i = 0; i < kFrames; i++) {
    const VmafDnnPlane reference = {frames[2 * i], kWidth};
    const VmafDnnPlane distorted = {frames[2 * i + 1], kWidth};
    CHECK(vmaf_dnn_extractor_push(extractor, &reference, &distorted, 1, answers->features[n], &n_rows) == 0);
    n += n_rows;
  }
  CHECK(vmaf_dnn_extractor_flush(extractor, answers->features[n], &n_rows) == 0);
  CHECK(n + n_rows == kFrames);
  vmaf_dnn_extractor_close(extractor);
}

static void ask(Answers* answers, const char* filter) {
  memset(answers, 0, sizeof(*answers));
  ask_sessions(answers);
  ask_tensors(answers);
  ask_filter(answers, filter);
  ask_extractor(answers);
}

static void round_up(void) { fesetround(FE_UPWARD); }
static void round_down(void) { fesetround(FE_DOWNWARD); }
static void round_to_zero(void) { fesetround(FE_TOWARDZERO); }
static void trap(void) {
  feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INEXACT);
}
#if defined(__x86_64__)
static void flush(void) { _mm_setcsr(_mm_getcsr() | 0x8040); }
static unsigned control(void) { return _mm_getcsr() & 0xffc0; }
#else
static void flush(void) {}
static unsigned control(void) { return 0; }
#endif

int main(int argc, char** argv) {
  static void (*const settings[])(void) = {round_up, round_down, round_to_zero, flush, trap};
  static Answers expected, answers;
  size_t i;
  CHECK(argc == 2);
  make_input();
  ask(&expected, argv[1]);
  for (i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
    unsigned before, after;
    int rounding, traps;
    settings[i]();
    before = control();
    rounding = fegetround();
    traps = fegetexcept();
    ask(&answers, argv[1]);
    after = control();
    CHECK(fegetround() == rounding && fegetexcept() == traps && after == before);
    CHECK(fesetenv(FE_DFL_ENV) == 0);
    if (memcmp(&expected, &answers, sizeof(expected)) != 0) {
      fprintf(stderr, "setting %d changes an answer\n", (int)i);
      return 1;
    }
  }
  return 0;
}
