// TrustSettings decide which peers a context's connections accept: the certificates that they
// trust, and what they demand in addition. The rules are Python's (ssl.SSLContext).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/key_rules.h"
#include "native/tls/context/session_binding.h"
#include "native/trust/store/load_trust.h"
#include "native/trust/system_roots.h"

namespace hermetic::tls {

// Python's numbers: CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED.
enum class VerifyMode : uint8_t { kNone, kOptional, kRequired };

struct StoreStats {
  size_t num_x509 = 0;
  size_t num_crl = 0;
  size_t num_x509_ca = 0;
};

class TrustSettings {
 public:
  // Both belong to the context. `sessions` learns of every change before it is made.
  TrustSettings(SSL_CTX* ctx, SessionBinding* sessions) : ctx_(ctx), sessions_(sessions) {}

  // ApplyDefaults sets what a new context demands, with or without a check of the host name.
  Status ApplyDefaults(bool checks_hostname);

  unsigned long flags() const;
  Status SetFlags(unsigned long flags);
  VerifyMode mode() const { return mode_; }
  bool verifies() const { return mode_ != VerifyMode::kNone; }
  Status SetMode(VerifyMode mode);
  bool check_hostname() const { return check_hostname_; }
  void SetCheckHostname(bool check);
  unsigned int host_flags() const { return host_flags_; }
  bool checks_common_name() const {
    return (host_flags_ & X509_CHECK_FLAG_NEVER_CHECK_SUBJECT) == 0;
  }
  void SetChecksCommonName(bool checks);
  // The maximum number of certificates between the peer's and the trust anchor.
  int depth() const;
  void SetDepth(int depth);
  // The rules about keys, for new connections. The hashes are concatenated.
  const KeyRules& key_rules() const { return key_rules_; }
  void SetDistrustedKeys(ByteView hashes);
  void SetPinnedKeys(ByteView hashes);
  // The number of the callback that is asked about peers, for new connections; 0 without a
  // callback. Sessions are bound to it.
  uint32_t verifier() const { return verifier_; }
  void SetVerifier(uint32_t verifier) { verifier_ = verifier; }

  Status LoadFile(const std::string& file);
  Status LoadDirectory(const std::string& directory);
  Status LoadData(const input::NamedBytes& data, trust::DataKind kind);
  // AddClientCa adds the subject of a certificate to the names of authorities that a server sends
  // with its request for a certificate. The certificate does not become trusted.
  Status AddClientCa(X509* certificate);
  // LoadRevocationLists adds every list of a PEM, or one in DER. Text without a list is a value
  // error, and then nothing is added.
  Status LoadRevocationLists(const input::NamedBytes& data);
  // LoadDefaults trusts the platform's certificates for a purpose, given as an object identifier;
  // an empty one means any purpose. Places that cannot be read are skipped. Returns those that have
  // not been reported before in this process.
  Result<std::vector<trust::Trouble>> LoadDefaults(const trust::TrustEnvironment& environment,
                                                   const std::string& purpose);
  Result<StoreStats> Stats() const;
  Result<std::vector<openssl::X509Ptr>> CaCerts() const;

  // The trusted certificates, and whether other contexts share the store.
  X509_STORE* store() const { return SSL_CTX_get_cert_store(ctx_); }
  bool store_is_shared() const { return store_is_shared_; }
  // The directories that connections search.
  const std::vector<std::string>& directories() const { return directories_; }

 private:
  // OwnStore returns the store to add to: a copy if the present one is shared with other contexts.
  Result<X509_STORE*> OwnStore();
  Status UseStore(openssl::X509StorePtr shared);
  Status MergeTrustStore(openssl::X509StorePtr shared);

  SSL_CTX* ctx_;
  SessionBinding* sessions_;
  VerifyMode mode_ = VerifyMode::kNone;
  bool check_hostname_ = false;
  unsigned int host_flags_ = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  KeyRules key_rules_;
  uint32_t verifier_ = 0;
  bool store_is_shared_ = false;
  std::vector<std::string> directories_;
};

}  // namespace hermetic::tls
