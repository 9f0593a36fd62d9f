// The control: a target with a deliberate fault behind one of the package's checks. A fuzzer that
// does not find it within seconds, without seeds, would not find other faults either.
#include <vector>

#include "native/tls/certificates/key_input.h"
#include "test/fuzz/support/target.h"

namespace hermetic::fuzz {

void TryInput(ByteView bytes) {
  if (!tls::IsPkcs12(bytes)) return;
  const std::vector<uint8_t> copy(bytes.begin(), bytes.end());
  volatile uint8_t behind = copy.data()[copy.size()];  // the fault
  (void)behind;
}

std::vector<Bytes> MakeSeeds() { return {}; }

}  // namespace hermetic::fuzz
