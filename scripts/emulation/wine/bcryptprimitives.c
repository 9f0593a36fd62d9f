// The library bcryptprimitives, which Wine up to 8 lacks, with the one function that programs written in Rust use.
// scripts/emulation/test-wine.mjs compiles it and puts it into its Wine prefix.

typedef int BOOL;
typedef unsigned char BOOLEAN;
typedef unsigned long ULONG;
typedef unsigned long long SIZE_T;

// RtlGenRandom, by its real name.
__declspec(dllimport) BOOLEAN __stdcall SystemFunction036(void* buffer, ULONG len);

__declspec(dllexport) BOOL __stdcall ProcessPrng(unsigned char* out, SIZE_T out_len) {
  const SIZE_T at_most = 1 << 20;
  while (out_len > 0) {
    const SIZE_T len = out_len < at_most ? out_len : at_most;
    if (!SystemFunction036(out, (ULONG)len)) return 0;
    out += len;
    out_len -= len;
  }
  return 1;
}
