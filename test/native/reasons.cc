// Prints each reason of the generated table that ReasonName gives another name, and what it says of
// what is in no table.
#include "native/openssl/reasons.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <cstdio>
#include <cstring>

namespace {

using hermetic::openssl::ReasonName;

int num_seen = 0;

void Check(int library, int code, const char* expected) {
  const char* name = ReasonName(library, code);
  ++num_seen;
  if (name == nullptr || strcmp(name, expected) != 0) {
    printf("%d %d: %s, not %s\n", library, code, name ? name : "nothing", expected);
  }
}

void Show(int library, int code) {
  const char* name = ReasonName(library, code);
  printf("%s\n", name ? name : "nothing");
}

}  // namespace

int main() {
#define HERMETIC_REASON(library, code, name) Check(ERR_LIB_##library, code, #name);
#include "native/openssl/generated/reasons.inc"
#undef HERMETIC_REASON
  printf("%d\n", num_seen);
  Show(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
  Show(ERR_LIB_SSL, 99);
  Show(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED + 0x10000);
  Show(ERR_LIB_SSL + 0x10000, SSL_R_CERTIFICATE_VERIFY_FAILED);
  Show(ERR_LIB_SSL, ERR_R_PEM_LIB);
  Show(-1, SSL_R_CERTIFICATE_VERIFY_FAILED);
  Show(ERR_LIB_SSL, -1);
  return 0;
}
