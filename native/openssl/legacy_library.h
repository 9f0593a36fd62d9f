// Algorithms that OpenSSL keeps separate because they are broken or obsolete (RC2, single DES, RC4,
// ...), in their own library context: other code in the process cannot use them.
#pragma once

#include "native/base/result.h"
#include "native/openssl/ptr.h"

namespace hermetic::openssl {

// LegacyLibrary is a library context with the default and the legacy provider, both compiled in.
// Objects made in it must not outlive it.
class LegacyLibrary {
 public:
  static Result<LegacyLibrary> Create();
  OSSL_LIB_CTX* native() const { return ctx_.get(); }

 private:
  LegacyLibrary(LibCtxPtr ctx, ProviderPtr standard, ProviderPtr legacy);

  LibCtxPtr ctx_;
  ProviderPtr standard_;
  ProviderPtr legacy_;
};

// LibraryScope makes functions of OpenSSL that take no library context use this one, on this thread
// and while the scope lives; null changes nothing.
class LibraryScope {
 public:
  explicit LibraryScope(OSSL_LIB_CTX* library) : before_(OSSL_LIB_CTX_set0_default(library)) {}
  ~LibraryScope() { OSSL_LIB_CTX_set0_default(before_); }
  LibraryScope(const LibraryScope&) = delete;
  LibraryScope& operator=(const LibraryScope&) = delete;

 private:
  OSSL_LIB_CTX* before_;
};

}  // namespace hermetic::openssl
