// See pem_reader.h.
#include "native/input/pem_reader.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstddef>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/pem_input.h"

namespace hermetic::input {

using openssl::OpensslMemoryPtr;

Result<PemReader> PemReader::Create(ByteView text) {
  Result<openssl::BioPtr> bio = openssl::MemoryOf(text);
  if (!bio.ok()) return bio.error();
  return PemReader(text, std::move(*bio));
}

PemReader::Outcome PemReader::Next(PemBlock* out) {
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long len = 0;
  const size_t rest = BIO_ctrl_pending(bio_.get());
  begin_ = text_.size() - rest;
  const bool is_read = PEM_read_bio(bio_.get(), &label, &header, &data, &len) == 1;
  const OpensslMemoryPtr<char> label_owner(label);
  const OpensslMemoryPtr<char> header_owner(header);
  const OpensslMemoryPtr<unsigned char> data_owner(data);
  if (!is_read) {
    const bool is_end = openssl::NewestIs(ERR_LIB_PEM, PEM_R_NO_START_LINE);
    // If nothing was consumed, memory ran out; that counts as the end, too.
    if (is_end || BIO_ctrl_pending(bio_.get()) == rest) return Outcome::kEnd;
    ++number_;
    return Outcome::kBroken;
  }
  ++number_;
  out->label = label;
  out->header = header;
  out->der.assign(data, data + len);
  OPENSSL_cleanse(data, static_cast<size_t>(len));
  return Outcome::kBlock;
}

}  // namespace hermetic::input
