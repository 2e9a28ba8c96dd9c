/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How many multiply-adds a core can do: nothing but independent fused multiply-adds between registers.
 * Fourteen chains cover a latency of up to seven cycles on two ports. Inline assembly, since a compiler
 * may drop, fold or spill intrinsics whose result nobody reads. Each function returns the multiply-adds
 * that n_turns turns did, or 0 if the CPU has no such instruction.
 */
#define CHAINS(op, r)                                                                                 \
  op(0, r) op(1, r) op(2, r) op(3, r) op(4, r) op(5, r) op(6, r) op(7, r) op(8, r) op(9, r) op(10, r) \
      op(11, r) op(12, r) op(13, r)
#define CLEAR(i, r) "vxorps %%xmm" #i ",%%xmm" #i ",%%xmm" #i "\n\t"
#define FMA(i, r) "vfmadd231ps %%" r "14,%%" r "15,%%" r #i "\n\t"
#define VNNI(i, r) "vpdpbusd %%" r "14,%%" r "15,%%" r #i "\n\t"
#define MADD(i, r) "vpmaddwd %%" r "14,%%" r "15,%%" r #i "\n\t"
#define USED                                                                                                 \
  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", \
      "xmm13", "xmm14", "xmm15", "cc"
#define N_CHAINS 14
#define N_UNROLLED 4

#define TURNS(op, r)                                                                               \
  __asm__ volatile(CHAINS(CLEAR, r) CLEAR(14, r) CLEAR(15, r) "1:\n\t" CHAINS(op, r) CHAINS(op, r) \
                       CHAINS(op, r) CHAINS(op, r) "dec %0\n\tjnz 1b\n\tvzeroupper\n\t"            \
                   : "+r"(left)                                                                    \
                   :                                                                               \
                   : USED)

static long long done(long n_turns, int macs_per_instruction) {
  return (long long)n_turns * N_CHAINS * N_UNROLLED * macs_per_instruction;
}

long long fma_avx2(long n_turns) {
  long left = n_turns;
  if (n_turns <= 0 || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 0;
  TURNS(FMA, "ymm");
  return done(n_turns, 8);
}

long long fma_avx512(long n_turns) {
  long left = n_turns;
  if (n_turns <= 0 || !__builtin_cpu_supports("avx512f")) return 0;
  TURNS(FMA, "zmm");
  return done(n_turns, 16);
}

long long vnni_avx512(long n_turns) {
  long left = n_turns;
  if (n_turns <= 0 || !__builtin_cpu_supports("avx512vnni")) return 0;
  TURNS(VNNI, "zmm");
  return done(n_turns, 64);
}

long long madd_avx2(long n_turns) {
  long left = n_turns;
  if (n_turns <= 0 || !__builtin_cpu_supports("avx2")) return 0;
  TURNS(MADD, "ymm");
  return done(n_turns, 16);
}

long long madd_avx512(long n_turns) {
  long left = n_turns;
  if (n_turns <= 0 || !__builtin_cpu_supports("avx512bw")) return 0;
  TURNS(MADD, "zmm");
  return done(n_turns, 32);
}
