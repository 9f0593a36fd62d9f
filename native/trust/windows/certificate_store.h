// The certificate stores of Windows as crypt32 has them: opening one, going through it, and what a
// certificate in it may be used for.
#pragma once

#if defined(_WIN32)

#include <windows.h>
// After windows.h, whose types it uses.
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

// OpenStore opens a system store that exists, to read it. `location` is one of CERT_SYSTEM_STORE_*.
// Null when that fails: GetLastError says why, ERROR_FILE_NOT_FOUND where there is none.
StorePtr OpenStore(const wchar_t* name, DWORD location);

// WindowsError describes what a function of Windows said by GetLastError.
Error WindowsError(DWORD code, const char* function, const std::string& store);

// UsagesOf gives what the certificate may be used for; absent: everything. `where` is
// CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG for what the user, the administrator or Microsoft has set,
// and CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG for what the certificate says itself.
std::optional<Purposes> UsagesOf(const CERT_CONTEXT* certificate, DWORD where);

// InstanceOf gives what the properties of the certificate say of it.
windows::Instance InstanceOf(const CERT_CONTEXT* certificate, const std::string& source);

inline Bytes DerOf(const CERT_CONTEXT& certificate) {
  return {certificate.pbCertEncoded, certificate.pbCertEncoded + certificate.cbCertEncoded};
}
inline Bytes DerOf(const CRL_CONTEXT& crl) {
  return {crl.pbCrlEncoded, crl.pbCrlEncoded + crl.cbCrlEncoded};
}

// Each enumeration frees the context before when it gives the next one, and one that is not gone
// through to its end leaves one to be freed.
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
