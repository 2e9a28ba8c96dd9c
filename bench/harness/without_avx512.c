// SPDX-License-Identifier: BSD-3-Clause
// without_avx512 PROGRAM [ARGUMENT...]: runs a program on a CPU that says it has no AVX-512, so that
// libraries which choose their kernels by CPUID, and offer no switch, can be timed on the level below.
//
// Linux can make the instruction fault (arch_prctl(2), ARCH_SET_CPUID). The program is traced: its CPUIDs are
// answered here, and nothing else of it is touched.
#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kSetCpuid = 0x1012, kExtendedFeatures = 7, kNotFound = 127 };

static void fail(const char* what) {
  fprintf(stderr, "without_avx512: %s: %s\n", what, strerror(errno));
  exit(kNotFound);
}

// Makes the stopped program ask for faults, by an instruction that is put where it stands, and taken away.
static void make_cpuid_fault(pid_t pid) {
  struct user_regs_struct before, call;
  if (ptrace(PTRACE_GETREGS, pid, 0, &before) != 0) fail("registers");
  const long code = ptrace(PTRACE_PEEKTEXT, pid, before.rip, 0);
  const long with_syscall = (code & ~0xffffL) | 0x050f;
  call = before;
  call.rax = SYS_arch_prctl;
  call.rdi = kSetCpuid;
  call.rsi = 0;
  if (ptrace(PTRACE_POKETEXT, pid, before.rip, with_syscall) != 0) fail("code");
  if (ptrace(PTRACE_SETREGS, pid, 0, &call) != 0) fail("registers");
  int status;
  if (ptrace(PTRACE_SINGLESTEP, pid, 0, 0) != 0 || waitpid(pid, &status, 0) != pid) fail("step");
  if (ptrace(PTRACE_GETREGS, pid, 0, &call) != 0) fail("registers");
  if (call.rax != 0) {
    errno = (int)-(long)call.rax;
    fail("ARCH_SET_CPUID");
  }
  ptrace(PTRACE_POKETEXT, pid, before.rip, code);
  ptrace(PTRACE_SETREGS, pid, 0, &before);
}

// Answers a CPUID that faulted. Returns 0 where something else did.
static int answer_cpuid(pid_t pid) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, pid, 0, &registers) != 0) return 0;
  errno = 0;
  const long code = ptrace(PTRACE_PEEKTEXT, pid, registers.rip, 0);
  if (errno != 0 || (code & 0xffff) != 0xa20f) return 0;
  unsigned a, b, c, d;
  __cpuid_count((unsigned)registers.rax, (unsigned)registers.rcx, a, b, c, d);
  if ((unsigned)registers.rax == kExtendedFeatures && (unsigned)registers.rcx == 0) {
    b &= ~(bit_AVX512F | bit_AVX512DQ | bit_AVX512IFMA | bit_AVX512CD | bit_AVX512BW | bit_AVX512VL);
    c &= ~(bit_AVX512VBMI | bit_AVX512VBMI2 | bit_AVX512VNNI | bit_AVX512BITALG | bit_AVX512VPOPCNTDQ);
  }
  registers.rax = a;
  registers.rbx = b;
  registers.rcx = c;
  registers.rdx = d;
  registers.rip += 2;
  return ptrace(PTRACE_SETREGS, pid, 0, &registers) == 0;
}

// What a thread that stopped gets when it goes on: its signal, if it is not the tracer's.
static int signal_for(pid_t pid, int status) {
  const int number = WSTOPSIG(status);
  if (status >> 16 != 0 || number == SIGSTOP || number == SIGTRAP) return 0;
  return number == SIGSEGV && answer_cpuid(pid) ? 0 : number;
}

int main(int n_words, char** words) {
  if (n_words < 2) {
    fprintf(stderr, "usage: without_avx512 PROGRAM [ARGUMENT...]\n");
    return 2;
  }
  const pid_t program = fork();
  if (program == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    execv(words[1], words + 1);
    fail(words[1]);
  }
  int status;
  if (waitpid(program, &status, 0) != program || !WIFSTOPPED(status)) return kNotFound;
  ptrace(PTRACE_SETOPTIONS, program, 0, PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
  make_cpuid_fault(program);
  ptrace(PTRACE_CONT, program, 0, 0);
  for (;;) {
    const pid_t thread = waitpid(-1, &status, __WALL);
    if (thread < 0) fail("wait");
    if (WIFSTOPPED(status))
      ptrace(PTRACE_CONT, thread, 0, signal_for(thread, status));
    else if (thread == program)
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}
