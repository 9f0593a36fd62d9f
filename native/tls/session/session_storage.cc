// See session_storage.h.
#include "native/tls/session/session_storage.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/key_rules.h"
#include "native/tls/connection/connection.h"
#include "native/tls/context/context.h"
#include "native/tls/context/session_binding.h"
#include "native/tls/session/session.h"
#include "native/tls/session/session_record.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::SecureBytes;
using openssl::SslSessionPtr;

using FlagBytes = std::array<uint8_t, 8>;

FlagBytes ToBytes(uint64_t number) {
  FlagBytes bytes = {};
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<uint8_t>(number >> (8 * (bytes.size() - 1 - i)));
  return bytes;
}

uint64_t ToNumber(ByteView bytes) {
  uint64_t number = 0;
  for (const uint8_t byte : bytes) number = number << 8 | byte;
  return number;
}

Bytes Encode(const KeyRules& rules) {
  KeyDemands demands;
  demands.SetFirst(rules);
  return demands.Encode();
}

// A check that was not made has no field: a process that does not know of a check has not made it.
void AddChecks(const PeerChecks& checks, SessionRecordWriter* writer) {
  // Another process cannot ask the verifier that accepted the peer in spite of a failure.
  const bool has_verified = checks.verifies && !checks.was_overridden;
  if (has_verified) writer->Add(SessionTag::kVerifies, {});
  if (checks.observes) writer->Add(SessionTag::kObserves, {});
  if (has_verified && checks.matches_name) writer->Add(SessionTag::kMatchesName, {});
  writer->Add(SessionTag::kVerifyFlags, ToBytes(checks.flags));
  writer->Add(SessionTag::kKeyRules, Encode(checks.keys));
}

// Rules about keys that differ from the context's count as no rules.
std::optional<PeerChecks> FindChecks(const SessionRecord& record, const Context& context) {
  const KeyRules& rules = context.trust().key_rules();
  PeerChecks checks;
  const std::optional<ByteView> keys = record.Find(SessionTag::kKeyRules);
  if (keys && std::ranges::equal(*keys, Encode(rules))) checks.keys = rules;
  checks.verifies = record.Find(SessionTag::kVerifies).has_value();
  checks.matches_name = record.Find(SessionTag::kMatchesName).has_value();
  checks.observes = record.Find(SessionTag::kObserves).has_value();
  // An equal fingerprint shows that these were the same.
  checks.matches_common_name = context.trust().checks_common_name();
  checks.security_level = context.security_level();
  checks.depth = context.trust().depth();
  checks.sigalgs = context.server_sigalgs();
  checks.settings = context.sessions().settings();
  const std::optional<ByteView> flags = record.Find(SessionTag::kVerifyFlags);
  if (flags && flags->size() != FlagBytes().size()) return std::nullopt;
  if (flags) checks.flags = static_cast<unsigned long>(ToNumber(*flags));
  return checks;
}

// The secret's length must fit its version and suite; OpenSSL's decoder does not check it.
bool HasFittingSecret(const SSL_SESSION* session) {
  constexpr size_t kTls12Secret = 48;
  constexpr uint16_t kTls13Suites = 0x13;
  const SSL_CIPHER* const suite = SSL_SESSION_get0_cipher(session);
  if (suite == nullptr) return false;
  const size_t secret_len = SSL_SESSION_get_master_key(session, nullptr, 0);
  const bool is_tls13_suite = SSL_CIPHER_get_protocol_id(suite) >> 8 == kTls13Suites;
  const int version = SSL_SESSION_get_protocol_version(session);
  if (version != TLS1_3_VERSION) {
    return version >= TLS1_VERSION && version < TLS1_3_VERSION && !is_tls13_suite &&
           secret_len == kTls12Secret;
  }
  const EVP_MD* const digest = SSL_CIPHER_get_handshake_digest(suite);
  return is_tls13_suite && digest != nullptr &&
         secret_len == static_cast<size_t>(EVP_MD_get_size(digest));
}

Status RequireInTime(const SSL_SESSION* session) {
  using std::chrono::duration_cast;
  const int64_t now =
      duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  const int64_t age = now - static_cast<int64_t>(SSL_SESSION_get_time_ex(session));
  const int64_t timeout = SSL_SESSION_get_timeout(session);
  if (age <= timeout) return Ok();
  return ValueError("The stored session was made " + std::to_string(age) +
                    " seconds ago and is valid for " + std::to_string(timeout) +
                    ". Connect without it, and store the session of that connection.");
}

Status RequireFingerprint(ByteView stored, bool observes, Context* context) {
  SessionBinding& sessions = context->sessions();
  Result<Bytes> present = sessions.FingerprintOf(*sessions.settings(), observes);
  if (!present.ok()) return present.error();
  if (std::ranges::equal(stored, *present)) return Ok();
  return ValueError(
      "Session refers to a different SSLContext: it was stored under one with other certificates, "
      "other trusted certificates or other verify settings. Give the context the same ones, or "
      "connect without the session.");
}

}  // namespace

Result<SecureBytes> EncodeSession(const SSL_SESSION* session) {
  const int len = i2d_SSL_SESSION(session, nullptr);
  if (len <= 0) return CaptureError("the session could not be encoded");
  SecureBytes der(static_cast<size_t>(len));
  unsigned char* out = der.data();
  i2d_SSL_SESSION(session, &out);
  return der;
}

Result<SslSessionPtr> DecodeSession(ByteView der) {
  const unsigned char* next = der.data();
  SslSessionPtr session(d2i_SSL_SESSION(nullptr, &next, static_cast<long>(der.size())));
  if (!session) return CaptureError("the linked OpenSSL cannot read the stored session");
  const bool is_whole = next == der.data() + der.size();
  if (!is_whole || SSL_SESSION_is_resumable(session.get()) != 1 || !HasFittingSecret(session.get()))
    return DamagedRecord();
  return session;
}

Result<SecureBytes> SerializeSession(const Session& session) {
  const openssl::ErrorScope scope;
  if (session.is_server()) {
    return StateError(
        "a server's session cannot be stored: the client keeps it, and the ticket in it");
  }
  if (SSL_SESSION_is_resumable(session.native()) != 1) {
    return StateError(
        "the session cannot be resumed: the server has not sent a ticket, or the connection failed;"
        " under TLS 1.3 tickets come with the first data that is read");
  }
  Result<SecureBytes> der = EncodeSession(session.native());
  if (!der.ok()) return der.error();
  Result<Bytes> fingerprint = session.context()->sessions().FingerprintOf(
      *session.checks().settings, session.checks().observes);
  if (!fingerprint.ok()) return fingerprint.error();
  SessionRecordWriter writer;
  writer.Add(SessionTag::kContext, *fingerprint);
  if (!session.server_hostname().empty())
    writer.Add(SessionTag::kServerName, ViewOf(session.server_hostname()));
  AddChecks(session.checks(), &writer);
  writer.Add(SessionTag::kSession, *der);
  return writer.Finish();
}

Result<std::unique_ptr<Session>> DeserializeSession(ByteView bytes,
                                                    const std::shared_ptr<Context>& context) {
  const openssl::ErrorScope scope;
  Result<SessionRecord> record = SessionRecord::Parse(bytes);
  if (!record.ok()) return record.error();
  const std::optional<ByteView> der = record->Find(SessionTag::kSession);
  const std::optional<ByteView> fingerprint = record->Find(SessionTag::kContext);
  const std::optional<PeerChecks> checks = FindChecks(*record, *context);
  if (!der || !fingerprint || !checks) return DamagedRecord();
  Status fits = RequireFingerprint(*fingerprint, checks->observes, context.get());
  if (!fits.ok()) return fits.error();
  Result<SslSessionPtr> session = DecodeSession(*der);
  if (!session.ok()) return session.error();
  Status in_time = RequireInTime(session->get());
  if (!in_time.ok()) return in_time.error();
  const ByteView name = record->Find(SessionTag::kServerName).value_or(ByteView());
  return std::make_unique<Session>(std::move(*session), context,
                                   std::string(name.begin(), name.end()), *checks);
}

}  // namespace hermetic::tls
