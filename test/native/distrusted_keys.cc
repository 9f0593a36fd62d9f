// Prints what native/trust/store/distrusted.cc, compiled with a table of this test, says of keys.
#include <cstdio>
#include <vector>

#include "native/trust/store/distrusted.h"

int main() {
  using hermetic::Bytes;
  Bytes first(32, 0);
  Bytes second(32, 0xff);
  for (int i = 0; i < 32; ++i) first[static_cast<size_t>(i)] = static_cast<uint8_t>(i + 1);
  const Bytes zeros(32, 0);
  const Bytes shortened(first.begin(), first.begin() + 31);
  for (const Bytes& key : {first, second, zeros, shortened, Bytes()}) {
    printf("%d ", hermetic::trust::IsDistrustedKey(key) ? 1 : 0);
  }
  printf("%zu\n", hermetic::trust::DistrustedKeys().size());
  return 0;
}
