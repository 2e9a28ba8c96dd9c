/* SPDX-License-Identifier: BSD-3-Clause */
/* An ONNX Runtime that says it has other devices: the one of REAL_ONNXRUNTIME, with the slots of its function
 * table that ask for them in our hands. Of CUDA it has device 1, of OpenVINO the CPU and of CoreML the neural
 * engine, no other; and all of them are its CPU. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { kCreateStatus = 0, kCreateEnv = 4, kGetAvailable = 125, kReleaseAvailable = 126, kAppendCuda = 204 };
enum { kCreateCuda = 205, kUpdateCuda = 206, kReleaseCuda = 208, kAppend = 216, kSlots = 217 };

typedef void (*Slot)(void);
typedef void (*Log)(void* param, int severity, const char* category, const char* log_id, const char* location,
                    const char* message);
typedef void* (*CreateEnv)(Log, void* param, int severity, const char* log_id, void** out);
typedef void* (*CreateStatus)(int code, const char* message);
typedef struct Base {
  const Slot* (*GetApi)(uint32_t version);
  const char* (*GetVersionString)(void);
} Base;

static Slot table[kSlots];
static const Base* real;
static char* names[] = {"CUDAExecutionProvider", "OpenVINOExecutionProvider", "CoreMLExecutionProvider",
                        "CPUExecutionProvider"};
static int cuda_options;
static CreateEnv real_create_env;
static Log caller_log;

static void* refuse(const char* message) { return ((CreateStatus)table[kCreateStatus])(1, message); }

static void* create_env(Log log, void* param, int severity, const char* log_id, void** out) {
  caller_log = log;
  return real_create_env(log, param, severity, log_id, out);
}

static void* get_available(char*** out, int* n) {
  *out = names;
  *n = 4;
  return NULL;
}

static void* release_available(char** list, int n) {
  (void)list, (void)n;
  return NULL;
}

static void* create_cuda(void** out) {
  *out = &cuda_options;
  return NULL;
}

static void* update_cuda(void* options, const char* const* keys, const char* const* values, size_t n) {
  (void)options;
  if (n == 1 && strcmp(keys[0], "device_id") == 0 && strcmp(values[0], "1") == 0) return NULL;
  caller_log(NULL, 3, "fake", "fake", "fake_runtime.c", "the driver has device 1 only\n");
  return refuse("there is no such device");
}

static void* append_cuda(void* session_options, const void* options) {
  (void)session_options, (void)options;
  return NULL;
}

static void release_cuda(void* options) { (void)options; }

static void* append(void* session_options, const char* name, const char* const* keys,
                    const char* const* values, size_t n) {
  (void)session_options;
  if (n == 1 && strcmp(name, "OpenVINO") == 0 && strcmp(keys[0], "device_type") == 0)
    return strcmp(values[0], "CPU") == 0 ? NULL : refuse("this machine has no such unit");
  if (n == 1 && strcmp(name, "CoreML") == 0 && strcmp(keys[0], "MLComputeUnits") == 0)
    return strcmp(values[0], "CPUAndNeuralEngine") == 0 ? NULL : refuse("this machine has no such unit");
  return refuse("its settings are not understood");
}

static const Slot* get_api(uint32_t version) {
  const Slot* all = real->GetApi(version);
  if (all == NULL) return NULL;
  memcpy(table, all, sizeof(table));
  real_create_env = (CreateEnv)table[kCreateEnv];
  table[kCreateEnv] = (Slot)create_env;
  table[kGetAvailable] = (Slot)get_available;
  table[kReleaseAvailable] = (Slot)release_available;
  table[kAppendCuda] = (Slot)append_cuda;
  table[kCreateCuda] = (Slot)create_cuda;
  table[kUpdateCuda] = (Slot)update_cuda;
  table[kReleaseCuda] = (Slot)release_cuda;
  table[kAppend] = (Slot)append;
  return table;
}

const Base* OrtGetApiBase(void) {
  static Base fake;
  const Base* (*get_base)(void);
  void* library = dlopen(getenv("REAL_ONNXRUNTIME"), RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) abort();
  *(void**)&get_base = dlsym(library, "OrtGetApiBase");
  real = get_base();
  fake.GetApi = get_api;
  fake.GetVersionString = real->GetVersionString;
  return &fake;
}
