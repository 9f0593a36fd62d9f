// Keeps the C++ library's demangler out of the binary, where that library is linked statically.
// Only its handler of an exception that is caught nowhere refers to it; the handler then prints the
// name of the exception's type as it is.
#include <cstddef>

#if defined(__linux__) || defined(__MINGW32__)
namespace hermetic {

char* DoNotDemangle(const char* name, char* buffer, size_t* out_len, int* out_status) noexcept
    asm("__cxa_demangle");

char* DoNotDemangle(const char* /*name*/, char* /*buffer*/, size_t* /*out_len*/,
                    int* out_status) noexcept {
  constexpr int kNotAName = -2;
  if (out_status != nullptr) *out_status = kNotAName;
  return nullptr;
}

}  // namespace hermetic
#endif
