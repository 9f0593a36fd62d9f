// Node-API's functions on Windows, for a build without the runtime's import library (mingw-w64).
// They are looked up in the program that loads the addon, whatever its name is: node.exe,
// electron.exe, bun.exe. MSVC's builds use node-gyp's import library and its hook for delayed
// loading instead.
#if defined(__MINGW32__)

#include <windows.h>

namespace {

// Replaces a function that the program does not have: it fails like any other call.
constexpr int kGenericFailure = 9;  // napi_generic_failure
int IsAbsent() { return kGenericFailure; }

}  // namespace

// For a function declared dllimport the compiler generates a pointer to it. host_functions.inc has
// HERMETIC_HOST_FUNCTION(name) for each function; CMakeLists.txt makes it from node-api-headers.
extern "C" {
#define HERMETIC_HOST_FUNCTION(name) void* __imp_##name = nullptr;
#include "host_functions.inc"
#undef HERMETIC_HOST_FUNCTION
}

namespace {

struct HostFunction {
  const char* name;
  void** pointer;
};

constexpr HostFunction kHostFunctions[] = {
#define HERMETIC_HOST_FUNCTION(name) {#name, &__imp_##name},
#include "host_functions.inc"
#undef HERMETIC_HOST_FUNCTION
};

// Runs before the runtime calls any function of the addon.
[[maybe_unused]] const bool kFound = [] {
  const HMODULE program = GetModuleHandleW(nullptr);
  for (const HostFunction& function : kHostFunctions) {
    const FARPROC found = GetProcAddress(program, function.name);
    *function.pointer =
        found != nullptr ? reinterpret_cast<void*>(found) : reinterpret_cast<void*>(IsAbsent);
  }
  return true;
}();

}  // namespace

#endif
