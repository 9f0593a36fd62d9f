// See identity.h.
#include "native/tls/certificates/identity.h"

#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/sslerr.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <climits>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/input/diagnosis.h"
#include "native/openssl/error.h"
#include "native/openssl/extensions.h"
#include "native/openssl/legacy_library.h"
#include "native/tls/certificates/certificate_input.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/certificates/key_input.h"
#include "native/tls/certificates/pkcs12.h"
#include "native/tls/certificates/private_key.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::CaptureErrorAbout;
using openssl::LegacyLibrary;
using openssl::PkeyPtr;
using openssl::X509Ptr;
using Certificates = std::vector<X509Ptr>;

bool BelongTogether(const X509Ptr& certificate, const PkeyPtr& key) {
  const bool do_belong = X509_check_private_key(certificate.get(), key.get()) == 1;
  openssl::ClearErrors();
  return do_belong;
}

std::optional<size_t> FindLeaf(const Certificates& certificates, const PkeyPtr& key) {
  for (size_t i = 0; i < certificates.size(); ++i) {
    if (BelongTogether(certificates[i], key)) return i;
  }
  return std::nullopt;
}

X509Ptr TakeAt(Certificates* certificates, size_t index) {
  X509Ptr taken = std::move((*certificates)[index]);
  certificates->erase(certificates->begin() + static_cast<ptrdiff_t>(index));
  return taken;
}

std::optional<size_t> FindIssuer(const Certificates& certificates, const X509Ptr& subject) {
  for (size_t i = 0; i < certificates.size(); ++i) {
    if (X509_check_issued(certificates[i].get(), subject.get()) == X509_V_OK) return i;
  }
  return std::nullopt;
}

// Returns the leaf, its issuer, the issuer's issuer and so on, then the remaining certificates. A
// duplicate is dropped.
Certificates Arrange(Certificates unordered, size_t leaf) {
  Certificates ordered;
  std::optional<size_t> next = leaf;
  while (next) {
    ordered.push_back(TakeAt(&unordered, *next));
    std::erase_if(unordered, [&](const X509Ptr& other) {
      return X509_cmp(other.get(), ordered.back().get()) == 0;
    });
    next = FindIssuer(unordered, ordered.back());
  }
  for (X509Ptr& other : unordered) ordered.push_back(std::move(other));
  return ordered;
}

// OpenSSL has code of its own for these two (P-256 and Ed25519).
bool SignsFast(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return true;
  char group[sizeof(SN_X9_62_prime256v1)] = {};  // a longer name does not fit, and is another one
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group, sizeof(group), nullptr) == 1 &&
         std::string_view(group) == SN_X9_62_prime256v1;
}

// Every context and connection that shows the identity shares its certificates.
Result<IdentityPtr> Assemble(std::string name, Certificates certificates, PkeyPtr key) {
  for (const X509Ptr& certificate : certificates) openssl::CacheExtensions(certificate.get());
  auto identity = std::make_shared<Identity>();
  identity->name = std::move(name);
  identity->intermediates.reset(sk_X509_new_null());
  if (!identity->intermediates) return CaptureError("out of memory");
  identity->leaf = TakeAt(&certificates, 0);
  for (X509Ptr& certificate : certificates) {
    if (sk_X509_push(identity->intermediates.get(), certificate.get()) == 0)
      return CaptureError("out of memory");
    [[maybe_unused]] const X509* owned_by_stack = certificate.release();
  }
  const EVP_PKEY* const public_key = X509_get0_pubkey(identity->leaf.get());
  const char* const kind = public_key == nullptr ? nullptr : EVP_PKEY_get0_type_name(public_key);
  if (kind == nullptr) return CaptureErrorAbout(identity->name + " has no key that can be used");
  identity->kind = kind;
  identity->signs_fast = SignsFast(public_key);
  identity->key = std::move(key);
  return {std::move(identity)};
}

// Makes the error from the queue that X509_check_private_key left.
Error Mismatch(const IdentitySource& source, const Certificates& certificates, const PkeyPtr& key) {
  const std::string& name = source.certificates.front().name;
  const std::string owner = source.key ? source.key->name : "the private key";
  Error error = CaptureErrorAbout(owner + " does not belong to the first certificate of " + name +
                                  " (" + DescribeCertificate(certificates.front().get()) + ")");
  const std::optional<size_t> leaf = FindLeaf(certificates, key);
  if (leaf)
    error.message += "; it belongs to number " + std::to_string(*leaf + 1) + ": put that first";
  return error;
}

Result<IdentityPtr> Combine(const IdentitySource& source, CertificateList list, PkeyPtr key) {
  std::string name = source.certificates.front().name;
  for (const X509Ptr& certificate : list.certificates) {
    if (openssl::MultipliesNames(certificate.get())) {
      return openssl::SslError(name + " cannot be used: " + openssl::kMultipliesNames);
    }
  }
  if (list.is_ordered) {
    if (X509_check_private_key(list.certificates.front().get(), key.get()) != 1)
      return Mismatch(source, list.certificates, key);
    return Assemble(std::move(name), std::move(list.certificates), std::move(key));
  }
  const std::optional<size_t> leaf = FindLeaf(list.certificates, key);
  if (!leaf) {
    // Called again for its error.
    X509_check_private_key(list.certificates.front().get(), key.get());
    return CaptureErrorAbout("the private key does not belong to any certificate of " + name);
  }
  return Assemble(std::move(name), Arrange(std::move(list.certificates), *leaf), std::move(key));
}

// Some lengths of OpenSSL are a C long, which has 32 bits on Windows.
Status CheckLengths(const IdentitySource& source) {
  bool do_fit = !source.key || source.key->bytes.size() <= INT_MAX;
  for (const NamedBytes& input : source.certificates)
    do_fit = do_fit && input.bytes.size() <= INT_MAX;
  if (do_fit) return Ok();
  return OverflowError("certificate or key is longer than 2147483647 bytes");
}

// The key may be in the text of the certificates.
Result<NamedBytes> KeyOf(const IdentitySource& source) {
  if (source.key) return *source.key;
  for (const NamedBytes& input : source.certificates) {
    if (!IsDer(input.bytes) && HoldsPrivateKey(input)) return input;
  }
  const NamedBytes& first = source.certificates.front();
  if (IsDer(first.bytes))
    return openssl::SslError(first.name + " is DER and holds no private key: give the key too");
  return openssl::RaisedError(ERR_LIB_SSL, ERR_R_PEM_LIB,
                              first.name + " " + input::WhyNoKey(first.bytes));
}

// Returns the library context for encrypted input; a separate one if the encryption may be
// obsolete.
Result<std::optional<LegacyLibrary>> OpenLibrary(bool allows_legacy) {
  if (!allows_legacy) return {std::nullopt};
  Result<LegacyLibrary> legacy = LegacyLibrary::Create();
  if (!legacy.ok()) return legacy.error();
  return {std::move(*legacy)};
}

Unlocking UnlockingOf(IdentitySource* source, const std::optional<LegacyLibrary>& library) {
  return {std::move(source->password), library ? library->native() : nullptr};
}

// Returns every key that has a certificate in the file, each once.
std::vector<std::pair<size_t, PkeyPtr>> KeysWithLeaf(Pkcs12Contents* contents) {
  std::vector<std::pair<size_t, PkeyPtr>> pairs;
  for (PkeyPtr& key : contents->keys) {
    const std::optional<size_t> leaf = FindLeaf(contents->certificates, key);
    const bool is_known = std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) {
      return EVP_PKEY_eq(pair.second.get(), key.get()) == 1;
    });
    openssl::ClearErrors();
    if (leaf && !is_known) pairs.emplace_back(*leaf, std::move(key));
  }
  return pairs;
}

Error Pkcs12Error(std::string message) {
  Error error = openssl::SslError(std::move(message));
  error.library = "PKCS12";
  return error;
}

Result<IdentityPtr> Choose(const std::string& name, Pkcs12Contents contents) {
  if (contents.keys.empty())
    return Pkcs12Error(name + " holds no private key: export the certificate with its key");
  if (contents.certificates.empty())
    return Pkcs12Error(name + " holds no certificate: export the key with its certificate");
  std::vector<std::pair<size_t, PkeyPtr>> pairs = KeysWithLeaf(&contents);
  if (pairs.empty()) {
    return Pkcs12Error(name + " holds no certificate that belongs to its private key");
  }
  if (pairs.size() > 1) {
    std::string message = name + " holds several keys with certificates:";
    for (const auto& [leaf, key] : pairs)
      message.append(" ")
          .append(DescribeCertificate(contents.certificates[leaf].get()))
          .append(";");
    return Pkcs12Error(message + " export only the one that you need");
  }
  auto& [leaf, key] = pairs.front();
  return Assemble(name, Arrange(std::move(contents.certificates), leaf), std::move(key));
}

}  // namespace

Result<IdentityPtr> ReadIdentity(IdentitySource source) {
  Status checked = CheckLengths(source);
  if (!checked.ok()) return checked.error();
  Result<CertificateList> list = ReadCertificates(source.certificates);
  if (!list.ok()) return list.error();
  Result<NamedBytes> key_input = KeyOf(source);
  if (!key_input.ok()) return key_input.error();
  Result<std::optional<LegacyLibrary>> library = OpenLibrary(source.allows_legacy);
  if (!library.ok()) return library.error();
  Result<PkeyPtr> key = ReadPrivateKey(*key_input, UnlockingOf(&source, *library));
  if (!key.ok()) return key.error();
  if (!*key) return IdentityPtr();
  return Combine(source, std::move(*list), std::move(*key));
}

Result<IdentityPtr> ReadPkcs12Identity(IdentitySource source) {
  Status checked = CheckLengths(source);
  if (!checked.ok()) return checked.error();
  Result<std::optional<LegacyLibrary>> library = OpenLibrary(source.allows_legacy);
  if (!library.ok()) return library.error();
  const NamedBytes& pfx = source.certificates.front();
  Result<std::optional<Pkcs12Contents>> contents = ReadPkcs12(pfx, UnlockingOf(&source, *library));
  if (!contents.ok()) return contents.error();
  std::optional<Pkcs12Contents> found = std::move(*contents);
  if (!found.has_value()) return IdentityPtr();
  return Choose(pfx.name, std::move(*found));
}

}  // namespace hermetic::tls
