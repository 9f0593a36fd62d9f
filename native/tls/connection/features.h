// Features that the linked OpenSSL was compiled with.
#pragma once

#include <openssl/opensslconf.h>
#include <openssl/opensslv.h>

namespace hermetic::tls {

// Features lists what the library's headers declare: protocol versions, pre-shared keys.
struct Features {
#if defined(OPENSSL_NO_SSL3) || OPENSSL_VERSION_MAJOR >= 4  // OpenSSL 4 has no SSL 3 at all
  bool ssl3 = false;
#else
  bool ssl3 = true;
#endif
#if defined(OPENSSL_NO_TLS1)
  bool tls1 = false;
#else
  bool tls1 = true;
#endif
#if defined(OPENSSL_NO_TLS1_1)
  bool tls1_1 = false;
#else
  bool tls1_1 = true;
#endif
#if defined(OPENSSL_NO_TLS1_2)
  bool tls1_2 = false;
#else
  bool tls1_2 = true;
#endif
#if defined(OPENSSL_NO_TLS1_3)
  bool tls1_3 = false;
#else
  bool tls1_3 = true;
#endif
#if defined(OPENSSL_NO_PSK)
  bool psk = false;
#else
  bool psk = true;
#endif
};

}  // namespace hermetic::tls
