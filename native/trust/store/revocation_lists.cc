// See revocation_lists.h.
#include "native/trust/store/revocation_lists.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <climits>
#include <utility>
#include <vector>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/openssl/error.h"
#include "native/openssl/pem_input.h"
#include "native/openssl/ptr.h"

namespace hermetic::trust {
namespace {

using openssl::X509CrlPtr;

X509CrlPtr ReadDer(const input::NamedBytes& data) {
  if (data.bytes.size() > LONG_MAX) return nullptr;
  const unsigned char* next = data.bytes.data();
  X509CrlPtr list(d2i_X509_CRL(nullptr, &next, static_cast<long>(data.bytes.size())));
  const bool is_whole = next == data.bytes.data() + data.bytes.size();
  return is_whole ? std::move(list) : nullptr;
}

}  // namespace

Result<std::vector<X509CrlPtr>> ReadRevocationLists(const input::NamedBytes& data) {
  Result<openssl::BioPtr> bio = openssl::MemoryOf(data.bytes);
  if (!bio.ok()) return bio.error();
  std::vector<X509CrlPtr> lists;
  while (X509_CRL* list =
             PEM_read_bio_X509_CRL(bio->get(), nullptr, openssl::RefusePassword, nullptr)) {
    lists.emplace_back(list);
  }
  const bool has_ended = openssl::NewestIs(ERR_LIB_PEM, PEM_R_NO_START_LINE);
  openssl::ClearErrors();
  if (has_ended && lists.empty()) {
    if (X509CrlPtr list = ReadDer(data)) lists.push_back(std::move(list));
    openssl::ClearErrors();
  }
  if (has_ended && !lists.empty()) return lists;
  return ValueError(data.name + " must hold revocation lists in PEM, or one in DER: " +
                    (has_ended ? "it does not contain a list" : "one of its lists cannot be read"));
}

}  // namespace hermetic::trust
