// Compares the generated table of constants, from which lib/generated/constants.ts has its values,
// with the headers of the linked OpenSSL, on every platform. It compiles to no code.
#include <openssl/err.h>
#include <openssl/opensslv.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <openssl/x509_vfy.h>

#define HERMETIC_CONSTANT(group, name, value)                        \
  static_assert(static_cast<unsigned long long>(name) == value##ULL, \
                "not the value in the header; run `npm run generate:constants`");
#include "native/openssl/generated/constants.inc"
#undef HERMETIC_CONSTANT
