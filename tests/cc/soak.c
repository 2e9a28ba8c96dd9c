/* SPDX-License-Identifier: BSD-3-Clause */
/* Eight threads open, run and close sessions for a while, then one opens and closes many times. Scores must
 * stay the same to the bit, memory flat, and no descriptor be left.
 * argv: seconds, opens, then the models to mix: registry ids or paths. Prints what it measured. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <vmaf_dnn/vmaf_dnn.h>

enum { kThreads = 8, kRows = 64, kMaxModels = 16, kPrecisions = 2, kEngines = 2, kTurnsPerSession = 20 };

static const char* const precisions[kPrecisions] = {"fp32", "int8"};
static const char* const engines[kEngines] = {"auto", "onnxruntime"};
static char** models;
static int n_models;
static time_t deadline;
static float rows[kRows][6];
static float expected[kMaxModels][kPrecisions][kEngines][kRows];
static VmafDnnSession* shared[kMaxModels];

static void require(int holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "%s: %s\n", what, vmaf_dnn_last_error());
  exit(1);
}

static VmafDnnSession* open_one(int model, int precision, int engine) {
  VmafDnnSession* session = NULL;
  VmafDnnOptions options = {0};
  options.struct_size = sizeof(options);
  options.precision = precisions[precision];
  options.engine = engines[engine];
  require(vmaf_dnn_session_open_with_options(&session, models[model], &options) == 0, "open");
  return session;
}

static void require_scores(const VmafDnnSession* session, const float* wanted, size_t n_rows) {
  float scores[kRows];
  require(vmaf_dnn_session_run_features(session, &rows[0][0], n_rows, scores) == 0, "run");
  require(memcmp(scores, wanted, n_rows * sizeof(float)) == 0, "scores differ");
}

static long resident_kb(void) {
  char line[256];
  long kb = -1;
  FILE* status = fopen("/proc/self/status", "r");
  require(status != NULL, "/proc/self/status");
  while (fgets(line, sizeof(line), status) != NULL) sscanf(line, "VmRSS: %ld", &kb);
  fclose(status);
  return kb;
}

static int count_descriptors(void) {
  int n = 0, i;
  for (i = 0; i < 1024; i++) n += fcntl(i, F_GETFD) >= 0;
  return n;
}

static void* work(void* seed) {
  unsigned state = (unsigned)(size_t)seed;
  long* n_opens = calloc(1, sizeof(*n_opens));
  while (time(NULL) < deadline) {
    const int model = rand_r(&state) % n_models;
    const int precision = rand_r(&state) % kPrecisions;
    const int engine =
        rand_r(&state) % 16 == 0; /* ONNX Runtime opens in milliseconds, the fused engine in 0.1 */
    VmafDnnSession* own = open_one(model, precision, engine);
    int turn;
    ++*n_opens;
    for (turn = 0; turn < kTurnsPerSession; turn++) {
      const size_t n_rows = 1 + (size_t)(rand_r(&state) % kRows);
      require_scores(own, expected[model][precision][engine], n_rows);
      require_scores(shared[model], expected[model][0][0], n_rows);
    }
    vmaf_dnn_session_close(own);
    require(vmaf_dnn_session_open(&own, "no_such_model", NULL) < 0, "a missing model opened");
  }
  return n_opens;
}

static long run_threads(int seconds) {
  pthread_t threads[kThreads];
  long n_opens = 0;
  size_t i;
  deadline = time(NULL) + seconds;
  for (i = 0; i < kThreads; i++)
    require(pthread_create(&threads[i], NULL, work, (void*)(i + 1)) == 0, "thread");
  for (i = 0; i < kThreads; i++) {
    void* counted;
    pthread_join(threads[i], &counted);
    n_opens += *(long*)counted;
    free(counted);
  }
  return n_opens;
}

static void open_and_close(long n_opens) {
  long i;
  for (i = 0; i < n_opens; i++)
    vmaf_dnn_session_close(open_one((int)(i % n_models), (int)(i / n_models % 2), 0));
}

int main(int argc, char** argv) {
  int seconds, n_descriptors, m, p, e, i;
  long n_cycles, n_opens, before, after;
  require(argc > 3 && argc - 3 <= kMaxModels, "arguments");
  seconds = atoi(argv[1]);
  n_cycles = atol(argv[2]);
  models = argv + 3;
  n_models = argc - 3;
  for (i = 0; i < kRows * 6; i++) rows[i / 6][i % 6] = 0.5f + 0.001f * (float)i;
  for (m = 0; m < n_models; m++) {
    shared[m] = open_one(m, 0, 0);
    for (p = 0; p < kPrecisions; p++)
      for (e = 0; e < kEngines; e++) {
        VmafDnnSession* session = open_one(m, p, e);
        require(vmaf_dnn_session_run_features(session, &rows[0][0], kRows, expected[m][p][e]) == 0, "run");
        vmaf_dnn_session_close(session);
      }
  }
  run_threads(1 + seconds / 10); /* the allocator's arenas, a stack a thread */
  n_descriptors = count_descriptors();
  before = resident_kb();
  n_opens = run_threads(seconds);
  after = resident_kb();
  printf("threads: %ld opens, %ld KB grown\n", n_opens, after - before);
  open_and_close(n_cycles / 100);
  before = resident_kb();
  open_and_close(n_cycles);
  after = resident_kb();
  printf("cycles: %ld opens, %ld KB grown\n", n_cycles, after - before);
  printf("descriptors: %d left\n", count_descriptors() - n_descriptors);
  for (m = 0; m < n_models; m++) vmaf_dnn_session_close(shared[m]);
  return 0;
}
