// The control of LeakSanitizer (scripts/sanitize/leaks.mjs): an addon that loses memory when it is
// loaded.
#include <cstdlib>

extern "C" {

__attribute__((visibility("default"))) void* napi_register_module_v1(void* /*env*/, void* exports) {
  static void* volatile lost = std::malloc(12345);
  lost = nullptr;
  return exports;
}

__attribute__((visibility("default"))) int node_api_module_get_api_version_v1() { return 8; }
}
