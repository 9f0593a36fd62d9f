// The certificate stores of Windows, by crypt32: opening and enumerating a store, and the allowed
// purposes of a certificate in it.
#pragma once

#if defined(_WIN32)

#include <windows.h>
// Included after windows.h, whose types it uses.
#include <wincrypt.h>

#include <memory>
#include <optional>
#include <string>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/trust/system_roots.h"
#include "native/trust/windows/settings.h"

namespace hermetic::trust {

struct StoreCloser {
  void operator()(void* store) const { CertCloseStore(store, 0); }
};
using StorePtr = std::unique_ptr<void, StoreCloser>;

// OpenStore opens an existing system store for reading. `location` is one of CERT_SYSTEM_STORE_*.
// Returns null on failure; GetLastError gives the cause, ERROR_FILE_NOT_FOUND for a missing store.
StorePtr OpenStore(const wchar_t* name, DWORD location);

// WindowsError makes the error of a Windows function from its GetLastError code.
Error WindowsError(DWORD code, const char* function, const std::string& store);

// UsagesOf returns the purposes for which the certificate may be used; absent means all. `where` is
// CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG for the setting of the user, the administrator or
// Microsoft, and CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG for the certificate's own extension.
std::optional<Purposes> UsagesOf(const CERT_CONTEXT* certificate, DWORD where);

// InstanceOf returns the certificate's properties.
windows::Instance InstanceOf(const CERT_CONTEXT* certificate, const std::string& source);

inline Bytes DerOf(const CERT_CONTEXT& certificate) {
  return {certificate.pbCertEncoded, certificate.pbCertEncoded + certificate.cbCertEncoded};
}
inline Bytes DerOf(const CRL_CONTEXT& crl) {
  return {crl.pbCrlEncoded, crl.pbCrlEncoded + crl.cbCrlEncoded};
}

// Each enumeration frees the previous context when it returns the next one. If it is stopped before
// its end, the last context must be freed.
template <typename Function>
void ForEachCertificate(HCERTSTORE store, const Function& function) {
  struct Freer {
    const CERT_CONTEXT* at = nullptr;
    ~Freer() {
      if (at != nullptr) CertFreeCertificateContext(at);
    }
  } present;
  while ((present.at = CertEnumCertificatesInStore(store, present.at)) != nullptr) {
    function(*present.at);
  }
}

template <typename Function>
void ForEachCrl(HCERTSTORE store, const Function& function) {
  struct Freer {
    const CRL_CONTEXT* at = nullptr;
    ~Freer() {
      if (at != nullptr) CertFreeCRLContext(at);
    }
  } present;
  while ((present.at = CertEnumCRLsInStore(store, present.at)) != nullptr) {
    function(*present.at);
  }
}

}  // namespace hermetic::trust

#endif
