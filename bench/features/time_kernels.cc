// SPDX-License-Identifier: BSD-3-Clause
// Each feature of one frame on one thread, without Python and without reading:
//   time_kernels <reference> <distorted> <width> <height> <bit depth> <frame bytes> <n turns>
// The clips are y4m; their first two frames count. Prints the six features of the second, median seconds of
// VIF, of ADM and of motion, and the cycles that this core does in a second.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "features/adm/meter.h"
#include "features/motion/meter.h"
#include "features/simd/kernels.h"
#include "features/vif/meter.h"

namespace vmaf_dnn::features {
namespace {

using Samples = std::vector<char>;

std::vector<Samples> read_luma(const char* path, size_t luma_bytes, std::streamoff frame_bytes) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  std::getline(file, line);
  std::vector<Samples> frames(2, Samples(luma_bytes));
  for (Samples& frame : frames) {
    std::getline(file, line);
    const std::streamoff start = file.tellg();
    file.read(frame.data(), static_cast<std::streamsize>(luma_bytes));
    if (!file) std::abort();
    file.seekg(start + frame_bytes);
  }
  return frames;
}

double seconds_of(const std::function<void()>& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// A chain of multiplications that wait for one another: three cycles each on every x86 CPU with AVX2.
double cycles_per_second() {
  constexpr int kTurns = 100000, kLatency = 3, kUnrolled = 4;
  uint64_t product = 3;
  const double seconds = seconds_of([&] {
    for (int i = 0; i < kTurns; ++i)
      __asm__ volatile("imul %0, %0\n\timul %0, %0\n\timul %0, %0\n\timul %0, %0" : "+r"(product));
  });
  return kTurns * kLatency * kUnrolled / seconds;
}

double seconds_of_tasks(const std::function<void(std::vector<Task>&)>& add_tasks) {
  return seconds_of([&] {
    std::vector<Task> tasks;
    add_tasks(tasks);
    for (const Task& task : tasks) task();
  });
}

int time_all(char** words) {
  const Format format{std::atoi(words[3]), std::atoi(words[4]), std::atoi(words[5])};
  const int n_turns = std::atoi(words[7]);
  const ptrdiff_t stride_bytes = format.width * (format.bit_depth > 8 ? 2 : 1);
  const size_t luma_bytes = static_cast<size_t>(stride_bytes * format.height);
  const std::vector<Samples> reference = read_luma(words[1], luma_bytes, std::atoll(words[6]));
  const std::vector<Samples> distorted = read_luma(words[2], luma_bytes, std::atoll(words[6]));
  const Plane before{reference[0].data(), stride_bytes};
  const Planes now = {Plane{reference[1].data(), stride_bytes}},
               encoded = {Plane{distorted[1].data(), stride_bytes}};

  const Kernels& kernels = choose_kernels();
  if (kernels.vif == nullptr || kernels.adm == nullptr || kernels.motion == nullptr) return 1;
  VifMeter vif(kernels.vif, format, 1, {VifOptions()}, 1);
  AdmMeter adm(kernels.adm, format, 1, {AdmVariant(AdmOptions(), false)}, 1);
  MotionMeter motion(kernels.motion, format, MotionRule::kLibvmaf32, 1);
  std::array<std::vector<double>, 4> timed;
  for (int i = 0; i < n_turns; ++i) {
    vif.begin(now, &encoded);
    double vif_seconds = 0;
    for (int scale = 0; scale < kVifScales; ++scale) {
      vif_seconds += seconds_of_tasks([&](auto& tasks) { vif.add_tasks(scale, tasks); });
      vif.pool(scale);
    }
    timed[0].push_back(vif_seconds);
    timed[1].push_back(seconds_of_tasks([&](auto& tasks) { adm.add_tasks(now, &encoded, tasks); }));
    timed[2].push_back(seconds_of_tasks([&](auto& tasks) { motion.add_tasks(before, now[0], tasks); }));
    timed[3].push_back(cycles_per_second());
  }
  std::printf("%.17g %.17g %.17g %.17g %.17g %.17g\n", adm.scores(0, 0).adm2, vif.score(0, 0, 0),
              vif.score(0, 0, 1), vif.score(0, 0, 2), vif.score(0, 0, 3), motion.motion());
  for (const std::vector<double>& values : timed) std::printf("%.9g ", median(values));
  return 0;
}

}  // namespace
}  // namespace vmaf_dnn::features

int main(int n_words, char** words) { return n_words == 8 ? vmaf_dnn::features::time_all(words) : 2; }
