// Stored sessions: the record, OpenSSL's own form inside it, and a handshake that offers what was
// read. The digest at the end is made to fit where the first byte asks for it.
#include <openssl/evp.h>

#include <memory>
#include <utility>
#include <vector>

#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/memory_bio.h"
#include "native/tls/session/session.h"
#include "native/tls/session/session_record.h"
#include "native/tls/session/session_storage.h"
#include "test/fuzz/support/identities.h"
#include "test/fuzz/support/input.h"
#include "test/fuzz/support/target.h"

namespace hermetic::fuzz {
namespace {

constexpr size_t kDigestLen = 32;

// Without trusted certificates, so that its fingerprint is the same in every run.
std::shared_ptr<tls::Context> MakeContext() {
  auto context = Value(tls::Context::Create(tls::Protocol::kTlsClient));
  context->trust().SetCheckHostname(false);
  Must(context->trust().SetMode(tls::VerifyMode::kNone));
  return context;
}

const std::shared_ptr<tls::Context>& TheContext() {
  static const std::shared_ptr<tls::Context> kContext = MakeContext();
  return kContext;
}

Bytes WithDigest(ByteView fields) {
  Bytes record(fields.begin(), fields.end());
  record.resize(fields.size() + kDigestLen);
  unsigned int len = 0;
  EVP_Digest(fields.data(), fields.size(), record.data() + fields.size(), &len, EVP_sha256(),
             nullptr);
  return record;
}

std::unique_ptr<tls::Session> MakeSession(int version) {
  const auto server_context = Value(tls::Context::Create(tls::Protocol::kTlsServer));
  Must(server_context->AddIdentity(TheIdentities().localhost));
  Must(server_context->SetVersionBound(tls::Bound::kMaximum, version));
  const auto to_server = std::make_shared<tls::MemoryBio>();
  const auto to_client = std::make_shared<tls::MemoryBio>();
  tls::ConnectionOptions of_client{TheContext(), {to_client, to_server}, false, kHostname, false};
  tls::ConnectionOptions of_server{server_context, {to_server, to_client}, true, "", false};
  const auto client = Value(tls::Connection::Create(std::move(of_client)));
  const auto server = Value(tls::Connection::Create(std::move(of_server)));
  for (int round = 0; round < 4; ++round) {
    uint8_t buffer[16];
    (void)client->Handshake();
    (void)server->Handshake();
    if (client->IsHandshakeDone()) (void)client->Read(buffer);
  }
  return tls::CurrentSession(*client);
}

void Offer(const tls::Session& session) {
  tls::ConnectionOptions options;
  options.context = TheContext();
  options.transport = {std::make_shared<tls::MemoryBio>(), std::make_shared<tls::MemoryBio>()};
  options.server_hostname = session.server_hostname();
  auto connection = tls::Connection::Create(std::move(options));
  if (!connection.ok() || !tls::ResumeSession(connection->get(), session).ok()) return;
  (void)(*connection)->Handshake();
}

}  // namespace

void TryInput(ByteView bytes) {
  Input input(bytes);
  const bool mends = (input.TakeByte() & 1) != 0;
  const ByteView given = input.TakeRest();
  const Bytes record = mends ? WithDigest(given) : Bytes(given.begin(), given.end());
  auto session = tls::DeserializeSession(record, TheContext());
  if (!session.ok()) return;
  (void)(*session)->Fields();
  auto again = tls::SerializeSession(**session);
  if (again.ok()) {
    Require(tls::DeserializeSession(*again, TheContext()).ok(), "what was written can be read");
  }
  Offer(**session);
}

std::vector<Bytes> MakeSeeds() {
  std::vector<Bytes> seeds;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const std::unique_ptr<tls::Session> session = MakeSession(version);
    Require(session != nullptr, "the handshake of the seeds succeeds");
    const openssl::SecureBytes stored = Value(tls::SerializeSession(*session));
    Bytes whole = {0};
    whole.insert(whole.end(), stored.begin(), stored.end());
    Bytes fields = {1};
    fields.insert(fields.end(), stored.begin(), stored.end() - kDigestLen);
    seeds.push_back(std::move(whole));
    seeds.push_back(std::move(fields));
  }
  return seeds;
}

}  // namespace hermetic::fuzz
