/* SPDX-License-Identifier: BSD-3-Clause */
/* Nanoseconds of one vmaf_dnn_session_run_features() call: c_call MODEL PRECISION ENGINE N_ROWS. */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <vmaf_dnn/vmaf_dnn.h>

enum { kTurns = 31, kTurnNanoseconds = 2000000 };

static double now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

static int ascending(const void* a, const void* b) {
  const double difference = *(const double*)a - *(const double*)b;
  return (difference > 0) - (difference < 0);
}

static double turn_ns(const VmafDnnSession* session, const float* rows, size_t n_rows, float* scores,
                      long n_calls) {
  const double start = now_ns();
  for (long i = 0; i < n_calls; ++i)
    if (vmaf_dnn_session_run_features(session, rows, n_rows, scores) < 0) exit(1);
  return now_ns() - start;
}

int main(int argc, char** argv) {
  const float row[6] = {0.93f, 0.36f, 0.77f, 0.86f, 0.92f, 3.9f};
  VmafDnnOptions options;
  VmafDnnSession* session;
  if (argc != 5) return fputs("usage: c_call MODEL PRECISION ENGINE N_ROWS\n", stderr), 2;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.precision = argv[2];
  options.engine = argv[3];
  const size_t n_rows = strtoul(argv[4], NULL, 10);
  float* rows = malloc(n_rows * sizeof row);
  float* scores = malloc(n_rows * sizeof *scores);
  if (!rows || !scores) return 1;
  for (size_t i = 0; i < 6 * n_rows; ++i) rows[i] = row[i % 6];
  if (vmaf_dnn_session_open_with_options(&session, argv[1], &options) < 0)
    return fprintf(stderr, "%s\n", vmaf_dnn_last_error()), 1;

  long n_calls = 1;
  double ns;
  while ((ns = turn_ns(session, rows, n_rows, scores, n_calls)) < kTurnNanoseconds / 4) n_calls *= 4;
  n_calls = 1 + (long)((double)n_calls * kTurnNanoseconds / ns);
  double turns[kTurns];
  for (int i = 0; i < kTurns; ++i)
    turns[i] = turn_ns(session, rows, n_rows, scores, n_calls) / (double)n_calls;
  qsort(turns, kTurns, sizeof *turns, ascending);
  printf("%.2f %.9g\n", turns[kTurns / 2], (double)scores[0]);
  vmaf_dnn_session_close(session);
  free(scores);
  free(rows);
  return 0;
}
