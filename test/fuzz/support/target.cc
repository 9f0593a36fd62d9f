// libFuzzer's entry points.
#include "test/fuzz/support/target.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "native/openssl/error.h"
#include "native/openssl/library.h"
#include "test/fuzz/support/random.h"

namespace hermetic::fuzz {
namespace {

void WriteSeeds(const std::string& folder) {
  size_t number = 0;
  for (const Bytes& seed : MakeSeeds()) {
    std::ofstream file(folder + "/made-" + std::to_string(number++), std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.data()),
               static_cast<std::streamsize>(seed.size()));
  }
}

}  // namespace

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "REQUIREMENT BROKEN: %s\n", what);
  std::abort();
}

}  // namespace hermetic::fuzz

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  hermetic::fuzz::Require(hermetic::openssl::StartLibrary().ok(), "OpenSSL starts");
  hermetic::fuzz::UseRepeatableRandom();
  const char* folder = std::getenv("HERMETIC_FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  hermetic::fuzz::RestartRandom();
  hermetic::fuzz::WriteSeeds(folder);
  std::exit(0);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const hermetic::openssl::ErrorScope scope;
  hermetic::fuzz::RestartRandom();
  hermetic::fuzz::TryInput({data, size});
  return 0;
}
