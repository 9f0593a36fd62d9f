// Calls each loop of the x86-64 engines and lists the registers that are not zero afterwards, apart
// from those that a function preserves and those that have counts and addresses.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

#include "native/kdf/cpu.h"
#include "native/kdf/kernels/hybrid_lanes.h"
#include "native/kdf/kernels/sha1_lanes.h"
#include "native/kdf/kernels/sha1_ni.h"
#include "native/kdf/kernels/sha256_ni.h"
#include "native/kdf/kernels/sha2_lanes.h"

using namespace hermetic::kdf;

struct Registers {
  uint64_t general[4];  // r8 to r11
  alignas(64) uint64_t vector[32][8];
};

// CallLoop(loop, num_iterations, lanes, out_registers, is_avx512) calls a loop with zeros in r8 to
// r11 and in the vector registers, and stores the registers that it leaves.
extern "C" void CallLoop(void (*loop)(), uint64_t num_iterations, void* lanes,
                         Registers* out_registers, uint64_t is_avx512);
asm(R"(
  .text
CallLoop:
  pushq %rbx
  pushq %rbp
  subq $8, %rsp
  movq %rcx, %rbx
  movq %r8, %rbp
  movq %rdi, %rax
  movq %rsi, %rdi
  movq %rdx, %rsi
  testq %rbp, %rbp
  je 1f
  .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
  vpxord %zmm\n, %zmm\n, %zmm\n
  .endr
1:
  xorl %r8d, %r8d
  xorl %r9d, %r9d
  xorl %r10d, %r10d
  xorl %r11d, %r11d
  call *%rax
  movq %r8, (%rbx)
  movq %r9, 8(%rbx)
  movq %r10, 16(%rbx)
  movq %r11, 24(%rbx)
  testq %rbp, %rbp
  je 1f
  .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
  vmovdqu64 %zmm\n, 64+64*\n(%rbx)
  .endr
  jmp 2f
1:
  .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
  movdqu %xmm\n, 64+64*\n(%rbx)
  .endr
2:
  addq $8, %rsp
  popq %rbp
  popq %rbx
  ret
)");

#define HERMETIC_LOOP(symbol, name, compression, is_truncated, Lanes, ...) \
  extern "C" void symbol(uint32_t num_iterations, Lanes* lanes);
#include "native/kdf/kernels/list_avx2.inc"
#include "native/kdf/kernels/list_avx512.inc"
#include "native/kdf/kernels/list_sha_ni.inc"
#include "native/kdf/kernels/list_sha_ni_avx.inc"
#undef HERMETIC_LOOP

namespace {

template <class Lanes>
void Check(const char* name, void (*loop)(uint32_t, Lanes*)) {
  const auto lanes = std::make_unique<Lanes>();
  std::memset(static_cast<void*>(lanes.get()), 0xa5, sizeof(Lanes));
  Registers registers = {};
  const auto address = reinterpret_cast<void (*)()>(loop);
  CallLoop(address, 3, lanes.get(), &registers, ThisCpu().avx512 ? 1 : 0);
  int num_left = 0;
  for (const uint64_t value : registers.general) num_left += value != 0 ? 1 : 0;
  for (const auto& vector : registers.vector) {
    for (const uint64_t part : vector) num_left += part != 0 ? 1 : 0;
  }
  std::printf("%s %d\n", name, num_left);
}

}  // namespace

int main() {
  const Cpu& cpu = ThisCpu();
#define HERMETIC_LOOP(symbol, name, compression, is_truncated, Lanes, ...) \
  Check<Lanes>(name, symbol);
  if (cpu.sha) {
#include "native/kdf/kernels/list_sha_ni.inc"
  }
  if (cpu.sha && cpu.avx) {
#include "native/kdf/kernels/list_sha_ni_avx.inc"
  }
  if (cpu.avx2) {
#include "native/kdf/kernels/list_avx2.inc"
  }
  if (cpu.avx512) {
#include "native/kdf/kernels/list_avx512.inc"
  }
  return 0;
}
