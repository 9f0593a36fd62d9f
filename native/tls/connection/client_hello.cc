// See client_hello.h.
#include "native/tls/connection/client_hello.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"

namespace hermetic::tls {
namespace {

size_t Uint16At(ByteView bytes, size_t offset) {
  return static_cast<size_t>(bytes[offset]) << 8 | bytes[offset + 1];
}

std::optional<ByteView> Extension(SSL* ssl, unsigned int type) {
  const unsigned char* data = nullptr;
  size_t len = 0;
  if (SSL_client_hello_get0_ext(ssl, type, &data, &len) != 1) return std::nullopt;
  return ByteView(data, len);
}

// Splits off a vector with two bytes of length from the start of `bytes`.
std::optional<ByteView> TakeVector(ByteView* bytes) {
  constexpr size_t kLengthLen = 2;
  if (bytes->size() < kLengthLen) return std::nullopt;
  const size_t len = Uint16At(*bytes, 0);
  if (bytes->size() - kLengthLen < len) return std::nullopt;
  const ByteView vector = bytes->subspan(kLengthLen, len);
  *bytes = bytes->subspan(kLengthLen + len);
  return vector;
}

// ServerNameList (RFC 6066, 3): a length, then entries of a type, a length and a name. Type 0, a
// host name, is the only one defined, and each type may occur once.
std::optional<std::string> ParseServerName(ByteView extension) {
  constexpr size_t kHeader = 5;
  if (extension.size() < kHeader || Uint16At(extension, 0) != extension.size() - 2)
    return std::nullopt;
  const size_t name_len = Uint16At(extension, 3);
  if (extension[2] != TLSEXT_NAMETYPE_host_name || name_len != extension.size() - kHeader) {
    return std::nullopt;
  }
  const ByteView name = extension.subspan(kHeader);
  return std::string(name.begin(), name.end());
}

// ProtocolNameList (RFC 7301, 3.1).
Bytes ParseAlpn(ByteView extension) {
  const std::optional<ByteView> list = TakeVector(&extension);
  if (!list || !extension.empty()) return {};
  return Bytes(list->begin(), list->end());
}

// OfferedPsks (RFC 8446, 4.2.11): identities, each with an age of four bytes, before the binders.
std::vector<Bytes> ParsePskIdentities(ByteView extension) {
  constexpr size_t kAgeLen = 4;
  std::optional<ByteView> list = TakeVector(&extension);
  std::vector<Bytes> identities;
  while (list && !list->empty()) {
    const std::optional<ByteView> identity = TakeVector(&*list);
    if (!identity || list->size() < kAgeLen) return {};
    identities.emplace_back(identity->begin(), identity->end());
    *list = list->subspan(kAgeLen);
  }
  return identities;
}

// ClientHello's SupportedVersions (RFC 8446, 4.2.1): a length of one byte, then two for each.
bool OffersTls13(SSL* ssl) {
  const ByteView versions = Extension(ssl, TLSEXT_TYPE_supported_versions).value_or(ByteView{});
  for (size_t i = 1; i + 1 < versions.size(); i += 2)
    if (Uint16At(versions, i) == TLS1_3_VERSION) return true;
  return false;
}

}  // namespace

std::optional<std::string> ReadServerName(SSL* ssl) {
  const std::optional<ByteView> extension = Extension(ssl, TLSEXT_TYPE_server_name);
  return extension ? ParseServerName(*extension) : std::nullopt;
}

bool OffersToResume(SSL* ssl) {
  const std::optional<ByteView> ticket = Extension(ssl, TLSEXT_TYPE_session_ticket);
  if ((ticket && !ticket->empty()) || Extension(ssl, TLSEXT_TYPE_psk)) return true;
  const unsigned char* id = nullptr;
  // With TLS 1.3 it only has the shape of an id (RFC 8446, D.4).
  return SSL_client_hello_get0_session_id(ssl, &id) > 0 && !OffersTls13(ssl);
}

ClientHello ReadClientHello(SSL* ssl) {
  ClientHello hello;
  hello.server_name = ReadServerName(ssl);
  if (const auto alpn = Extension(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation))
    hello.alpn_protocols = ParseAlpn(*alpn);
  const unsigned char* id = nullptr;
  const size_t id_len = SSL_client_hello_get0_session_id(ssl, &id);
  hello.session_id.assign(id, id + id_len);
  const std::optional<ByteView> ticket = Extension(ssl, TLSEXT_TYPE_session_ticket);
  hello.has_ticket = ticket && !ticket->empty();
  if (const auto psk = Extension(ssl, TLSEXT_TYPE_psk))
    hello.psk_identities = ParsePskIdentities(*psk);
  const std::optional<ByteView> status = Extension(ssl, TLSEXT_TYPE_status_request);
  hello.requests_ocsp_response =
      status && !status->empty() && status->front() == TLSEXT_STATUSTYPE_ocsp;
  hello.offers_tls13 = OffersTls13(ssl);
  return hello;
}

}  // namespace hermetic::tls
