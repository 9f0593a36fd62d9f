// See ticket_keys.h.
#include "native/tls/session/ticket_keys.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::tls {
namespace {

constexpr size_t kNameLen = 16;
constexpr size_t kIvLen = 16;

size_t PartLenOf(ByteView key) { return (key.size() - kNameLen) / 2; }
ByteView NameOf(ByteView key) { return key.first(kNameLen); }
ByteView HmacKeyOf(ByteView key) { return key.subspan(kNameLen, PartLenOf(key)); }
ByteView AesKeyOf(ByteView key) { return key.last(PartLenOf(key)); }

const EVP_CIPHER* CipherOf(ByteView key) {
  return key.size() == kTicketKeyLen ? EVP_aes_128_cbc() : EVP_aes_256_cbc();
}

bool StartMac(EVP_MAC_CTX* mac, ByteView key) {
  std::array<char, 7> digest = {"SHA256"};
  const std::array<OSSL_PARAM, 3> params = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, const_cast<uint8_t*>(key.data()),
                                        key.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, params.data()) == 1;
}

}  // namespace

Result<std::shared_ptr<const TicketKeys>> TicketKeys::Create(ByteView keys) {
  if (keys.empty() || keys.size() % kTicketKeyLen != 0)
    return ValueError("ticket keys have 48 bytes each: a name, a key for HMAC, and a key for AES");
  const Bytes lengths(keys.size() / kTicketKeyLen, kTicketKeyLen);
  return std::shared_ptr<const TicketKeys>(
      new TicketKeys(openssl::SecureBytes(keys.begin(), keys.end()), lengths, false));
}

Result<std::shared_ptr<const TicketKeys>> TicketKeys::CreateMixed(ByteView keys, ByteView lengths) {
  const bool are_known = std::ranges::all_of(
      lengths, [](uint8_t len) { return len == kTicketKeyLen || len == kLongTicketKeyLen; });
  const size_t sum = std::accumulate(lengths.begin(), lengths.end(), size_t{0});
  if (lengths.empty() || !are_known || sum != keys.size())
    return ValueError("a ticket key has 48 or 80 bytes");
  return std::shared_ptr<const TicketKeys>(new TicketKeys(
      openssl::SecureBytes(keys.begin(), keys.end()), Bytes(lengths.begin(), lengths.end()), true));
}

Result<std::shared_ptr<const TicketKeys>> TicketKeys::Generate() {
  openssl::SecureBytes key(kTicketKeyLen);
  if (RAND_priv_bytes(key.data(), static_cast<int>(key.size())) != 1)
    return openssl::CaptureError("no ticket key could be made");
  return std::shared_ptr<const TicketKeys>(new TicketKeys(std::move(key), {kTicketKeyLen}, false));
}

int TicketKeys::Encrypt(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                        EVP_MAC_CTX* mac) const {
  const ByteView key = ByteView(bytes_).first(lengths_.front());
  if (RAND_bytes(iv, kIvLen) != 1 ||
      EVP_EncryptInit_ex(cipher, CipherOf(key), nullptr, AesKeyOf(key).data(), iv) != 1 ||
      !StartMac(mac, HmacKeyOf(key))) {
    return -1;
  }
  std::ranges::copy(NameOf(key), name);
  return 1;
}

int TicketKeys::Decrypt(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
                        EVP_MAC_CTX* mac) const {
  constexpr int kUnknown = 0;
  constexpr int kRenew = 2;
  ByteView rest = bytes_;
  for (const size_t len : lengths_) {
    const ByteView key = rest.first(len);
    const bool is_first = rest.size() == bytes_.size();
    rest = rest.subspan(len);
    if (!std::ranges::equal(NameOf(key), ByteView(name, kNameLen))) continue;
    if (EVP_DecryptInit_ex(cipher, CipherOf(key), nullptr, AesKeyOf(key).data(), iv) != 1 ||
        !StartMac(mac, HmacKeyOf(key))) {
      return -1;
    }
    return is_first ? 1 : kRenew;
  }
  return kUnknown;
}

}  // namespace hermetic::tls
