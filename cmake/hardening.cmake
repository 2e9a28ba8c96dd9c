# SPDX-License-Identifier: BSD-3-Clause
# What makes a memory fault that was overlooked end the process rather than serve an attacker, and paths that
# two builds would differ by. Sanitizers and coverage have their own.
include(CheckCXXCompilerFlag)

function(harden target)
  target_compile_options(${target} PUBLIC -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
  if(VMAF_DNN_SANITIZE OR VMAF_DNN_COVERAGE OR VMAF_DNN_FUZZ)
    return()
  endif()
  target_compile_options(${target} PUBLIC -fstack-protector-strong
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>)
  check_cxx_compiler_flag(-fcf-protection=full has_cf_protection)
  if(has_cf_protection)
    target_compile_options(${target} PUBLIC -fcf-protection=full)
  endif()
  target_link_options(${target} PUBLIC -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
    $<$<BOOL:${has_cf_protection}>:-Wl,-z,shstk>)
endfunction()
