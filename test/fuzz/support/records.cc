// See records.h.
#include "test/fuzz/support/records.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "native/base/split.h"
#include "native/openssl/ptr.h"

namespace hermetic::fuzz {
namespace {

constexpr size_t kHeaderLen = 5;
constexpr int kTagLen = 16;
using Aead = std::unique_ptr<EVP_CIPHER_CTX, openssl::Deleter<EVP_CIPHER_CTX_free>>;

Bytes FromHex(std::string_view hex) {
  long len = 0;
  const openssl::OpensslMemoryPtr<unsigned char> bytes(
      OPENSSL_hexstr2buf(std::string(hex).c_str(), &len));
  return bytes ? Bytes(bytes.get(), bytes.get() + len) : Bytes();
}

// HKDF-Expand-Label(secret, label, "", out.size())
bool ExpandLabel(const Bytes& secret, const char* label, MutableByteView out) {
  Bytes info = {0, static_cast<uint8_t>(out.size())};
  const std::string whole = std::string("tls13 ") + label;
  info.push_back(static_cast<uint8_t>(whole.size()));
  info.insert(info.end(), whole.begin(), whole.end());
  info.push_back(0);
  const std::unique_ptr<EVP_KDF, openssl::Deleter<EVP_KDF_free>> kdf(
      EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const openssl::KdfCtxPtr context(EVP_KDF_CTX_new(kdf.get()));
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<uint8_t*>(secret.data()),
                                        secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  return EVP_KDF_derive(context.get(), out.data(), out.size(), params) == 1;
}

std::array<uint8_t, 12> NonceOf(std::array<uint8_t, 12> iv, uint64_t number) {
  for (size_t i = 0; i < sizeof number; ++i) iv[11 - i] ^= static_cast<uint8_t>(number >> (8 * i));
  return iv;
}

std::array<uint8_t, kHeaderLen> HeaderOf(uint8_t type, uint16_t version, size_t len) {
  return {type, static_cast<uint8_t>(version >> 8), static_cast<uint8_t>(version),
          static_cast<uint8_t>(len >> 8), static_cast<uint8_t>(len)};
}

}  // namespace

std::vector<Record> SplitRecords(ByteView flight, ByteView* rest) {
  std::vector<Record> records;
  while (flight.size() >= kHeaderLen) {
    const size_t len = static_cast<size_t>(flight[3]) << 8 | flight[4];
    if (flight.size() < kHeaderLen + len) break;
    const ByteView payload = flight.subspan(kHeaderLen, len);
    const auto version = static_cast<uint16_t>(flight[1] << 8 | flight[2]);
    records.push_back({flight[0], version, Bytes(payload.begin(), payload.end()), {}});
    flight = flight.subspan(kHeaderLen + len);
  }
  *rest = flight;
  return records;
}

Bytes Join(const Record& record) {
  const auto header = HeaderOf(record.type, record.version, record.payload.size());
  Bytes bytes(header.begin(), header.end());
  bytes.insert(bytes.end(), record.payload.begin(), record.payload.end());
  return bytes;
}

// "SERVER_TRAFFIC_SECRET_0 <client random> <secret>"
void RecordKeys::AddLog(std::string_view lines) {
  for (const std::string& line : SplitText(lines, '\n')) {
    const std::vector<std::string> fields = SplitText(line, ' ');
    if (fields.size() != 3) continue;
    Bytes secret = FromHex(fields[2]);
    const auto known = secrets_.find(fields[0]);
    if (known != secrets_.end() && known->second == secret) continue;
    secrets_.insert_or_assign(fields[0], std::move(secret));
    directions_.erase(fields[0]);
  }
}

RecordKeys::Direction* RecordKeys::Find(const std::string& secret) {
  const auto known = directions_.find(secret);
  if (known != directions_.end()) return &known->second;
  const auto found = secrets_.find(secret);
  Direction direction;
  if (found == secrets_.end() || !ExpandLabel(found->second, "key", direction.key) ||
      !ExpandLabel(found->second, "iv", direction.iv)) {
    return nullptr;
  }
  return &directions_.emplace(secret, direction).first->second;
}

void RecordKeys::Open(bool sender_is_server, Record* record) {
  const int len = static_cast<int>(record->payload.size()) - kTagLen;
  if (record->type != kApplicationDataType || len < 1) return;
  const std::string sender = sender_is_server ? "SERVER_" : "CLIENT_";
  for (const char* name : {"HANDSHAKE_TRAFFIC_SECRET", "TRAFFIC_SECRET_0"}) {
    Direction* const direction = Find(sender + name);
    if (direction == nullptr) continue;
    const Aead aead(EVP_CIPHER_CTX_new());
    const auto nonce = NonceOf(direction->iv, direction->num_records);
    const auto header = HeaderOf(record->type, record->version, record->payload.size());
    Bytes inside(static_cast<size_t>(len));
    int count = 0;
    EVP_DecryptInit_ex(aead.get(), EVP_aes_128_gcm(), nullptr, direction->key.data(), nonce.data());
    EVP_DecryptUpdate(aead.get(), nullptr, &count, header.data(), kHeaderLen);
    EVP_DecryptUpdate(aead.get(), inside.data(), &count, record->payload.data(), len);
    EVP_CIPHER_CTX_ctrl(aead.get(), EVP_CTRL_AEAD_SET_TAG, kTagLen, record->payload.data() + len);
    if (EVP_DecryptFinal_ex(aead.get(), inside.data() + count, &count) != 1) continue;
    ++direction->num_records;
    record->type = inside.back();
    inside.pop_back();
    record->payload = std::move(inside);
    record->secret = sender + name;
    return;
  }
}

void RecordKeys::Seal(const RecordKeys& sender, Record* record) {
  const auto known = sender.secrets_.find(record->secret);
  if (known != sender.secrets_.end()) secrets_.emplace(record->secret, known->second);
  Direction* const direction = Find(record->secret);
  if (direction == nullptr) return;
  Bytes inside = std::exchange(record->payload, {});
  inside.push_back(record->type);
  record->type = kApplicationDataType;
  record->payload.resize(inside.size() + kTagLen);
  const Aead aead(EVP_CIPHER_CTX_new());
  const auto nonce = NonceOf(direction->iv, direction->num_records++);
  const auto header = HeaderOf(record->type, record->version, record->payload.size());
  const int len = static_cast<int>(inside.size());
  int count = 0;
  EVP_EncryptInit_ex(aead.get(), EVP_aes_128_gcm(), nullptr, direction->key.data(), nonce.data());
  EVP_EncryptUpdate(aead.get(), nullptr, &count, header.data(), kHeaderLen);
  EVP_EncryptUpdate(aead.get(), record->payload.data(), &count, inside.data(), len);
  EVP_EncryptFinal_ex(aead.get(), record->payload.data() + len, &count);
  EVP_CIPHER_CTX_ctrl(aead.get(), EVP_CTRL_AEAD_GET_TAG, kTagLen, record->payload.data() + len);
}

}  // namespace hermetic::fuzz
