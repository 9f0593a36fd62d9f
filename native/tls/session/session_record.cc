// See session_record.h.
#include "native/tls/session/session_record.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::tls {
namespace {

using openssl::SecureBytes;

constexpr std::string_view kMagic = "hermetic-ssl session";
constexpr uint8_t kVersion = 1;
constexpr size_t kHeaderLen = kMagic.size() + 1;
constexpr size_t kFieldHeaderLen = 5;
constexpr uint8_t kDerSequence = 0x30;

using Digest = std::array<uint8_t, 32>;

bool MakeDigest(ByteView bytes, Digest* out) {
  unsigned int len = 0;
  return EVP_Digest(bytes.data(), bytes.size(), out->data(), &len, EVP_sha256(), nullptr) == 1;
}

void Append(ByteView bytes, SecureBytes* out) {
  out->insert(out->end(), bytes.begin(), bytes.end());
}

size_t LengthAt(ByteView bytes, size_t offset) {
  size_t length = 0;
  for (size_t i = 0; i < 4; ++i) length = length << 8 | bytes[offset + i];
  return length;
}

// Returns the end of the field at `offset`, or nothing if it does not end within the fields.
std::optional<size_t> EndOfField(ByteView fields, size_t offset) {
  if (fields.size() - offset < kFieldHeaderLen) return std::nullopt;
  const size_t value = offset + kFieldHeaderLen;
  const size_t length = LengthAt(fields, offset + 1);
  if (fields.size() - value < length) return std::nullopt;
  return value + length;
}

bool HasWholeFields(ByteView fields) {
  for (size_t offset = 0; offset < fields.size();) {
    const std::optional<size_t> end = EndOfField(fields, offset);
    if (!end) return false;
    offset = *end;
  }
  return true;
}

// Recognizes the data of node:tls's 'session' event: OpenSSL's form of a session, preceded in newer
// versions of Node (22.23, 24.21) by data of Node's own.
bool IsOfNode(ByteView bytes) {
  constexpr std::string_view kMark("\0nodejs:tls:session", 19);
  if (!bytes.empty() && bytes.front() == kDerSequence) return true;
  return bytes.size() >= kMark.size() && std::equal(kMark.begin(), kMark.end(), bytes.begin());
}

Error ForeignBytes(ByteView bytes) {
  const std::string made_by = "A stored session is what SSLSession.serialize() gave";
  if (!IsOfNode(bytes)) return ValueError(made_by + "; these bytes are something else.");
  return ValueError(
      made_by +
      "; these bytes look like what node:tls's 'session' event gives. They do not say which server"
      " was verified or by which rules, so they cannot be resumed here: make a connection without"
      " them and serialize the session of that connection.");
}

Error OtherVersion(uint8_t version) {
  return ValueError("The stored session has format " + std::to_string(version) +
                    ", and this hermetic-ssl reads " + std::to_string(kVersion) +
                    ": another version of it has written it. Connect without it.");
}

}  // namespace

Error DamagedRecord() {
  return ValueError(
      "The stored session is damaged or truncated. Connect without it, and store the session of "
      "that connection.");
}

SessionRecordWriter::SessionRecordWriter() {
  Append(ViewOf(kMagic), &bytes_);
  bytes_.push_back(kVersion);
}

void SessionRecordWriter::Add(SessionTag tag, ByteView value) {
  bytes_.push_back(static_cast<uint8_t>(tag));
  for (const int shift : {24, 16, 8, 0})
    bytes_.push_back(static_cast<uint8_t>(value.size() >> shift));
  Append(value, &bytes_);
}

Result<SecureBytes> SessionRecordWriter::Finish() {
  Digest digest = {};
  if (!MakeDigest(bytes_, &digest)) return openssl::CaptureError("the session could not be stored");
  Append(digest, &bytes_);
  return std::exchange(bytes_, {});
}

Result<SessionRecord> SessionRecord::Parse(ByteView bytes) {
  const ByteView magic = ViewOf(kMagic);
  const size_t num_alike = std::min(bytes.size(), magic.size());
  const bool is_ours = std::ranges::equal(bytes.first(num_alike), magic.first(num_alike));
  if (bytes.empty() || !is_ours) return ForeignBytes(bytes);
  if (bytes.size() < kHeaderLen) return DamagedRecord();
  if (bytes[magic.size()] != kVersion) return OtherVersion(bytes[magic.size()]);
  Digest digest = {};
  if (bytes.size() < kHeaderLen + digest.size()) return DamagedRecord();
  const ByteView covered = bytes.first(bytes.size() - digest.size());
  if (!MakeDigest(covered, &digest))
    return openssl::CaptureError("the stored session could not be read");
  const ByteView fields = covered.subspan(kHeaderLen);
  const bool is_intact = std::ranges::equal(digest, bytes.last(digest.size()));
  if (!is_intact || !HasWholeFields(fields)) return DamagedRecord();
  return SessionRecord(fields);
}

std::optional<ByteView> SessionRecord::Find(SessionTag tag) const {
  for (size_t offset = 0; offset < fields_.size();) {
    const size_t value = offset + kFieldHeaderLen;
    const size_t length = LengthAt(fields_, offset + 1);
    if (fields_[offset] == static_cast<uint8_t>(tag)) return fields_.subspan(value, length);
    offset = value + length;
  }
  return std::nullopt;
}

}  // namespace hermetic::tls
