// See certificates.h.
#include "native/input/certificates.h"

#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <climits>
#include <cstddef>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/input/content.h"
#include "native/input/der.h"
#include "native/input/diagnosis.h"
#include "native/input/pem_reader.h"
#include "native/openssl/error.h"

namespace hermetic::input {
namespace {

using openssl::CaptureError;
using openssl::ErrorMark;

class Reader {
 public:
  explicit Reader(Wanted wanted) : wanted_(wanted) {}

  void ReadPem(ByteView text);
  void ReadDer(ByteView bytes);
  CertificateReading& reading() { return reading_; }

 private:
  bool IsEmpty() const { return reading_.certificates.empty() && reading_.crls.empty(); }
  bool TakeBlock(const PemBlock& block);
  // These functions move `position` past the bytes that they read.
  bool TakeCertificate(ByteView der, bool has_settings, const unsigned char** position);
  bool TakeCrl(ByteView der, const unsigned char** position);
  bool TakePkcs7(ByteView der, const unsigned char** position);
  void AddPkcs7(const PKCS7* pkcs7);
  // `block` is null if PEM itself is broken.
  void FailOn(ByteView text, const PemReader& reader, const PemBlock* block);
  void FailBehind(ByteView bytes, ByteView rest);
  void Finish(ByteView bytes);

  const Wanted wanted_;
  CertificateReading reading_;
};

std::string WhyUndecodable(const PemBlock& block) {
  if (block.header.find("ENCRYPTED") != std::string::npos) return "it is encrypted";
  return input::WhyUndecodable(ByteView(block.der));
}

bool Reader::TakeCertificate(ByteView der, bool has_settings, const unsigned char** position) {
  const auto len = static_cast<long>(der.size());
  openssl::X509Ptr certificate(has_settings ? d2i_X509_AUX(nullptr, position, len)
                                            : d2i_X509(nullptr, position, len));
  if (!certificate) return false;
  reading_.certificates.push_back(std::move(certificate));
  return true;
}

bool Reader::TakeCrl(ByteView der, const unsigned char** position) {
  openssl::X509CrlPtr crl(d2i_X509_CRL(nullptr, position, static_cast<long>(der.size())));
  if (!crl) return false;
  if (wanted_ == Wanted::kTrust) reading_.crls.push_back(std::move(crl));
  return true;
}

void Reader::AddPkcs7(const PKCS7* pkcs7) {
  reading_.is_ordered = false;
  if (!PKCS7_type_is_signed(pkcs7) || pkcs7->d.sign == nullptr) return;
  STACK_OF(X509)* const certificates = pkcs7->d.sign->cert;
  for (int i = 0; i < sk_X509_num(certificates); ++i) {
    X509* const certificate = sk_X509_value(certificates, i);
    if (X509_up_ref(certificate) == 1) reading_.certificates.emplace_back(certificate);
  }
  STACK_OF(X509_CRL)* const crls = wanted_ == Wanted::kTrust ? pkcs7->d.sign->crl : nullptr;
  for (int i = 0; i < sk_X509_CRL_num(crls); ++i) {
    X509_CRL* const crl = sk_X509_CRL_value(crls, i);
    if (X509_CRL_up_ref(crl) == 1) reading_.crls.emplace_back(crl);
  }
}

bool Reader::TakePkcs7(ByteView der, const unsigned char** position) {
  const openssl::Pkcs7Ptr pkcs7(d2i_PKCS7(nullptr, position, static_cast<long>(der.size())));
  if (pkcs7) AddPkcs7(pkcs7.get());
  return pkcs7 != nullptr;
}

// Some programs write PKCS#7 under the label of a certificate.
bool Reader::TakeBlock(const PemBlock& block) {
  const unsigned char* position = block.der.data();
  switch (ContentOfLabel(block.label)) {
    case Content::kCertificate: {
      if (TakeCertificate(block.der, block.label.starts_with("TRUSTED "), &position)) return true;
      const ErrorMark mark;
      position = block.der.data();
      return TakePkcs7(block.der, &position);
    }
    case Content::kPkcs7:
      return TakePkcs7(block.der, &position);
    case Content::kRevocationList:
      return wanted_ != Wanted::kTrust || TakeCrl(block.der, &position);
    default:
      return true;
  }
}

// OpenSSL gives no reason for an empty block or for a line that is too long.
void Reader::FailOn(ByteView text, const PemReader& reader, const PemBlock* block) {
  const std::string reason = openssl::FirstReason();
  Error error = CaptureError("");
  BrokenBlock broken = FindBroken(text, reader.begin());
  if (block != nullptr) {
    if (broken.why.empty()) broken.why = WhyUndecodable(*block);
    broken.content = ContentOfLabel(block->label);
  }
  const bool is_known = broken.content != Content::kUnknown;
  std::string remark = std::string("holds ") + (is_known ? NameOf(broken.content) : "a block") +
                       " that cannot be read (block " + std::to_string(reader.number());
  if (!reason.empty()) remark += ": " + reason;
  remark += ")";
  if (!broken.why.empty()) remark += ": " + broken.why;
  reading_.failure = ReadingFailure{std::move(error), std::move(remark)};
}

void Reader::FailBehind(ByteView bytes, ByteView rest) {
  const std::string reason = openssl::FirstReason();
  Error error = CaptureError("");
  const std::string why = input::WhyUndecodable(rest);
  const bool is_first = reading_.num_pieces == 0;
  std::string remark = WhyNothing(bytes, wanted_);
  if (!is_first) {
    remark = "continues after its certificate " + std::to_string(reading_.num_pieces) +
             " with data that cannot be read" + (why.empty() ? "" : ": " + why);
  }
  if (why.empty() && !reason.empty()) remark += " (" + reason + ")";
  reading_.failure = ReadingFailure{std::move(error), std::move(remark), is_first};
}

void Reader::Finish(ByteView bytes) {
  openssl::ClearErrors();  // the end of the text
  if (IsEmpty()) {
    const bool is_pkcs7 = !reading_.is_ordered;
    reading_.failure = ReadingFailure{
        {}, is_pkcs7 ? "is a PKCS#7 without certificates" : WhyNothing(bytes, wanted_), true};
  } else if (const auto passed_over = WhyPassedOver(bytes, wanted_)) {
    reading_.failure = ReadingFailure{{}, "holds " + *passed_over};
  }
}

void Reader::ReadPem(ByteView text) {
  Result<PemReader> reader = PemReader::Create(text);
  if (!reader.ok()) {
    reading_.failure = ReadingFailure{reader.error(), ""};
    return;
  }
  for (;;) {
    PemBlock block;
    switch (reader->Next(&block)) {
      case PemReader::Outcome::kBlock:
        if (TakeBlock(block)) break;
        return FailOn(text, *reader, &block);
      case PemReader::Outcome::kBroken:
        return FailOn(text, *reader, nullptr);
      case PemReader::Outcome::kEnd:
        return Finish(text);
    }
  }
}

void Reader::ReadDer(ByteView bytes) {
  const unsigned char* position = bytes.data();
  const unsigned char* const end = position + bytes.size();
  while (position != end) {
    const ByteView rest = bytes.last(static_cast<size_t>(end - position));
    const unsigned char* const begin = position;
    bool is_taken = TakeCertificate(rest, false, &position);
    if (!is_taken) {
      const ErrorMark mark;
      is_taken = (position = begin, TakeCrl(rest, &position)) ||
                 (position = begin, TakePkcs7(rest, &position));
    }
    if (!is_taken) return FailBehind(bytes, rest);
    ++reading_.num_pieces;
  }
  Finish(bytes);
}

}  // namespace

CertificateReading ReadCertificates(ByteView bytes, Wanted wanted) {
  Reader reader(wanted);
  // Some lengths of OpenSSL are a C long, which has 32 bits on Windows.
  if (bytes.size() > INT_MAX) {
    reader.reading().failure =
        ReadingFailure{OverflowError("certificate or key is longer than 2147483647 bytes"), ""};
  } else if (IsDer(bytes)) {
    reader.ReadDer(bytes);
  } else {
    reader.ReadPem(bytes);
  }
  return std::move(reader.reading());
}

}  // namespace hermetic::input
