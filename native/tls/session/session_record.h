// The outer form of a stored session: bytes that identify it, fields, and a digest that shows
// damage.
//
//   "hermetic-ssl session"   20 bytes of ASCII
//   version                  1 byte
//   fields                   each 1 byte of tag, 4 of length (big-endian), and the value
//   digest                   32 bytes: SHA-256 of everything before it
//
// A reader skips tags that it does not know. A new field therefore needs a new version only if
// skipping it would be wrong. A new check of the peer does not: if its field is missing, the check
// was not made.
#pragma once

#include <cstdint>
#include <optional>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::tls {

// Numbers are permanent: the number of a removed field is not used again.
enum class SessionTag : uint8_t {
  kSession = 1,      // OpenSSL's own DER
  kContext = 2,      // SessionBinding::FingerprintOf
  kServerName = 3,   // the name that was asked for; absent without one
  kVerifies = 4,     // empty value: the peer's certificate was verified
  kMatchesName = 5,  // empty value: and matched with the name
  kVerifyFlags = 6,  // X509_V_FLAG_*, 8 bytes, big-endian
  kKeyRules = 7,     // KeyDemands::Encode of the distrusted and pinned keys
  kObserves = 8,     // empty value: the peer was judged after the handshake (PeerGate::Observe)
};

class SessionRecordWriter {
 public:
  SessionRecordWriter();
  void Add(SessionTag tag, ByteView value);
  // Finish returns the whole record; the writer is empty afterwards.
  Result<openssl::SecureBytes> Finish();

 private:
  openssl::SecureBytes bytes_;
};

// SessionRecord is a view of a well-formed record.
class SessionRecord {
 public:
  // Parse returns the record, or a value error that says what the bytes are.
  static Result<SessionRecord> Parse(ByteView bytes);
  std::optional<ByteView> Find(SessionTag tag) const;

 private:
  explicit SessionRecord(ByteView fields) : fields_(fields) {}
  ByteView fields_;
};

// DamagedRecord returns the error for a record that this package cannot have written.
Error DamagedRecord();

}  // namespace hermetic::tls
