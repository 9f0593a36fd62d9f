// A stored session's outer form: bytes that say what they are, fields, and a digest that shows
// damage.
//
//   "hermetic-ssl session"   20 bytes of ASCII
//   version                  1 byte
//   fields                   each 1 byte of tag, 4 of length (big-endian), and so many of value
//   digest                   32 bytes: SHA-256 of all that comes before
//
// A reader passes over tags that it does not know. A new field therefore needs a new version only
// where passing over it would be wrong; a check of the peer does not: where its field is missing,
// nothing was checked.
#pragma once

#include <cstdint>
#include <optional>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::tls {

// Numbers are for ever: one that was given up is not given out again.
enum class SessionTag : uint8_t {
  kSession = 1,      // OpenSSL's own DER
  kContext = 2,      // Context::SettingsFingerprint
  kServerName = 3,   // the name that was asked for; not there without one
  kVerifies = 4,     // empty: the peer's certificate was verified
  kMatchesName = 5,  // empty: and matched with the name
  kVerifyFlags = 6,  // X509_V_FLAG_*, 8 bytes, big-endian
  kKeyRules = 7,     // KeyDemands::Encode of the distrusted and pinned keys
};

class SessionRecordWriter {
 public:
  SessionRecordWriter();
  void Add(SessionTag tag, ByteView value);
  // Finish gives the whole record; the writer is empty afterwards.
  Result<openssl::SecureBytes> Finish();

 private:
  openssl::SecureBytes bytes_;
};

// SessionRecord is a view of a record whose form is right.
class SessionRecord {
 public:
  // Parse gives a value error that says what the bytes are, where they are no such record.
  static Result<SessionRecord> Parse(ByteView bytes);
  std::optional<ByteView> Find(SessionTag tag) const;

 private:
  explicit SessionRecord(ByteView fields) : fields_(fields) {}
  ByteView fields_;
};

// DamagedRecord is the error of a record that holds what this package would never have written.
Error DamagedRecord();

}  // namespace hermetic::tls
