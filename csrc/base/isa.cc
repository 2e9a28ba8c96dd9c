// SPDX-License-Identifier: BSD-3-Clause
#include "base/isa.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace vmaf_dnn {
namespace {

struct Offer {
  const char* name;
  Isa isa;
  bool is_supported;
};

// Best first.
std::vector<Offer> offers() {
  std::vector<Offer> all;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") &&
                          __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512vl");
  all.push_back({"avx512vnni", Isa::kAvx512Vnni, has_avx512 && __builtin_cpu_supports("avx512vnni")});
  all.push_back({"avx512", Isa::kAvx512, has_avx512});
  all.push_back({"avxvnni", Isa::kAvxVnni, has_avx2 && has_avxvnni()});
  all.push_back({"avx2", Isa::kAvx2, has_avx2});
#endif
  all.push_back({"scalar", Isa::kScalar, true});
  return all;
}

}  // namespace

#if defined(__x86_64__)
// Clang 14 does not know its name. Asked once: under a hypervisor the instruction takes microseconds.
bool has_avxvnni() {
  static const bool has = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & 1U << 4) != 0;
  }();
  return has;
}
#endif

Isa choose_isa() {
  const char* named = std::getenv("VMAF_DNN_ISA");
  const std::string wanted = named == nullptr ? "" : named;
  const std::vector<Offer> all = offers();
  for (const Offer& offer : all) {
    if (wanted.empty() && offer.is_supported) return offer.isa;
    if (wanted == offer.name) {
      if (offer.is_supported) return offer.isa;
      throw Error(Code::kUnsupported, "VMAF_DNN_ISA is " + wanted + ", which this CPU lacks; unset it.");
    }
  }
  throw Error(Code::kInvalidArgument, "VMAF_DNN_ISA is " + wanted + ", which is not known; use one of " +
                                          join(all, [](const Offer& offer) { return offer.name; }) + ".");
}

}  // namespace vmaf_dnn
