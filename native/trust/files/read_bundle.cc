// See read_bundle.h.
#include "native/trust/files/read_bundle.h"

#include <openssl/pem.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/input/diagnosis.h"
#include "native/input/pem_reader.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/trust/files/read_file.h"
#include "native/trust/store/certificate_der.h"
#include "native/trust/store/object_identifier.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

using input::PemBlock;
using input::PemReader;

// Lists each purpose once, because p11-kit writes some of them twice.
Purposes PurposesOf(const STACK_OF(ASN1_OBJECT) * objects) {
  Purposes purposes;
  for (int i = 0; i < sk_ASN1_OBJECT_num(objects); ++i) {
    std::string purpose = DottedText(sk_ASN1_OBJECT_value(objects, i));
    if (std::find(purposes.begin(), purposes.end(), purpose) != purposes.end()) continue;
    purposes.push_back(std::move(purpose));
  }
  return purposes;
}

// Reads the settings after the certificate in a "TRUSTED CERTIFICATE" (OpenSSL: X509_CERT_AUX).
bool TakeSettings(ByteView bytes, TrustEntry* out) {
  const unsigned char* position = bytes.data();
  const openssl::X509Ptr certificate(
      d2i_X509_AUX(nullptr, &position, static_cast<long>(bytes.size())));
  if (!certificate) return false;
  const STACK_OF(ASN1_OBJECT)* trusted = X509_get0_trust_objects(certificate.get());
  if (trusted != nullptr) out->trusted_for = PurposesOf(trusted);
  out->distrusted_for = PurposesOf(X509_get0_reject_objects(certificate.get()));
  return true;
}

class Reader {
 public:
  Reader(const std::string& source, Take take, TrustEntries* out)
      : source_(source), take_(take), out_(out) {}

  void Read(ByteView text, PemReader* reader) {
    for (;;) {
      PemBlock block;
      const openssl::ErrorMark mark;
      const PemReader::Outcome outcome = reader->Next(&block);
      if (outcome == PemReader::Outcome::kEnd) return;
      if (outcome == PemReader::Outcome::kBroken) {
        ReportBroken(reader->number(), input::FindBroken(text, reader->begin()).why);
      } else if (!TakeBlock(block)) {
        ReportBroken(reader->number(), input::WhyUndecodable(block.der));
      }
    }
  }

 private:
  bool TakeBlock(const PemBlock& block) {
    if (block.label == PEM_STRING_X509 || block.label == PEM_STRING_X509_OLD) {
      return take_ != Take::kAll || TakeCertificate(block.der, false);
    }
    if (block.label == PEM_STRING_X509_TRUSTED) return TakeCertificate(block.der, true);
    return block.label != PEM_STRING_X509_CRL || take_ != Take::kAll || TakeCrl(block.der);
  }

  bool TakeCrl(ByteView bytes) {
    const unsigned char* position = bytes.data();
    const openssl::X509CrlPtr crl(
        d2i_X509_CRL(nullptr, &position, static_cast<long>(bytes.size())));
    if (!crl) return false;
    out_->crls.emplace_back(bytes.begin(), bytes.end());
    return true;
  }

  bool TakeCertificate(ByteView bytes, bool has_settings) {
    const std::optional<CertificateOutline> outline = OutlineOf(bytes);
    if (!outline) return false;
    const ByteView der = outline->certificate;
    TrustEntry entry{.der = Bytes(der.begin(), der.end()), .source = source_};
    if (has_settings && !TakeSettings(bytes, &entry)) return false;
    if (take_ == Take::kAll || !entry.distrusted_for.empty()) {
      out_->entries.push_back(std::move(entry));
    }
    return true;
  }

  void ReportBroken(size_t number, const std::string& why) {
    Error error =
        openssl::SslError("block " + std::to_string(number) + " of it could not be decoded" +
                          (why.empty() ? "" : ": " + why));
    out_->troubles.push_back({source_, std::move(error)});
  }

  const std::string& source_;
  const Take take_;
  TrustEntries* const out_;
};

}  // namespace

void ReadPemText(ByteView text, const std::string& source, Take take, TrustEntries* out) {
  Result<PemReader> reader = PemReader::Create(text);
  if (!reader.ok()) {
    out->troubles.push_back({source, reader.error()});
    return;
  }
  Reader(source, take, out).Read(text, &*reader);
}

void ReadBundle(const std::string& file, Take take, TrustEntries* out) {
  const Result<Bytes> text = ReadFile(file);
  if (text.ok()) {
    ReadPemText(text.value(), file, take, out);
  } else {
    out->troubles.push_back({file, text.error()});
  }
}

}  // namespace hermetic::trust
