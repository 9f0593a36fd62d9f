// See read_bundle.h.
#include "native/trust/read_bundle.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "native/openssl/pem_input.h"
#include "native/openssl/ptr.h"
#include "native/trust/certificate_der.h"
#include "native/trust/object_identifier.h"
#include "native/trust/read_file.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

using openssl::Bytes;
using openssl::ByteView;
using openssl::OpensslMemoryPtr;
using openssl::Result;

struct Block {
  OpensslMemoryPtr<char> name;
  OpensslMemoryPtr<char> header;
  OpensslMemoryPtr<unsigned char> data;
  long len = 0;

  std::string_view label() const { return name.get(); }
  ByteView bytes() const { return {data.get(), static_cast<size_t>(len)}; }
};

enum class Reading : uint8_t { kBlock, kBroken, kEnd };

// A broken block is left behind. Where nothing was consumed, memory ran out: that is an end too.
Reading NextBlock(BIO* text, Block* out) {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  const size_t rest = BIO_ctrl_pending(text);
  const bool is_read = PEM_read_bio(text, &name, &header, &data, &out->len) == 1;
  out->name.reset(name);
  out->header.reset(header);
  out->data.reset(data);
  if (is_read) return Reading::kBlock;
  const bool is_end = openssl::NewestIs(ERR_LIB_PEM, PEM_R_NO_START_LINE);
  return is_end || BIO_ctrl_pending(text) == rest ? Reading::kEnd : Reading::kBroken;
}

// Each once: p11-kit writes some of them twice.
Purposes PurposesOf(const STACK_OF(ASN1_OBJECT) * objects) {
  Purposes purposes;
  for (int i = 0; i < sk_ASN1_OBJECT_num(objects); ++i) {
    std::string purpose = DottedText(sk_ASN1_OBJECT_value(objects, i));
    if (std::find(purposes.begin(), purposes.end(), purpose) != purposes.end()) continue;
    purposes.push_back(std::move(purpose));
  }
  return purposes;
}

// What follows the certificate in a "TRUSTED CERTIFICATE" (OpenSSL: X509_CERT_AUX).
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

  void Read(BIO* text) {
    for (;;) {
      Block block;
      const openssl::ErrorMark mark;
      const Reading reading = NextBlock(text, &block);
      if (reading == Reading::kEnd) return;
      ++num_blocks_;
      if (reading == Reading::kBroken || !TakeBlock(block)) ReportBroken();
    }
  }

 private:
  bool TakeBlock(const Block& block) {
    if (block.label() == PEM_STRING_X509 || block.label() == PEM_STRING_X509_OLD) {
      return take_ != Take::kAll || TakeCertificate(block.bytes(), false);
    }
    if (block.label() == PEM_STRING_X509_TRUSTED) return TakeCertificate(block.bytes(), true);
    return block.label() != PEM_STRING_X509_CRL || take_ != Take::kAll || TakeCrl(block.bytes());
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

  void ReportBroken() {
    openssl::Error error =
        openssl::SslError("block " + std::to_string(num_blocks_) + " of it could not be decoded");
    out_->troubles.push_back({source_, std::move(error)});
  }

  const std::string& source_;
  const Take take_;
  TrustEntries* const out_;
  size_t num_blocks_ = 0;
};

}  // namespace

void ReadPemText(ByteView text, const std::string& source, Take take, TrustEntries* out) {
  Result<openssl::BioPtr> bio = openssl::MemoryOf(text);
  if (!bio.ok()) {
    out->troubles.push_back({source, bio.error()});
    return;
  }
  Reader(source, take, out).Read(bio->get());
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
