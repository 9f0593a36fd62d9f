// Handshakes, data, later authentication and closing between a client and a server, with changes to
// any flight on its way, also inside the encryption: both ends are under test, against a peer that
// misbehaves at one point and knows the keys.
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/certificate.h"
#include "native/tls/certificates/spki.h"
#include "native/tls/connection/channel_binding.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/connection_info.h"
#include "native/tls/session/session.h"
#include "native/tls/session/session_storage.h"
#include "test/fuzz/support/end.h"
#include "test/fuzz/support/identities.h"
#include "test/fuzz/support/scenario.h"
#include "test/fuzz/support/tamper.h"
#include "test/fuzz/support/target.h"

namespace hermetic::fuzz {
namespace {

using openssl::SecureBytes;
using tls::Connection;

constexpr int kMostRounds = 24;

class Pair {
 public:
  Pair(const Scenario& scenario, std::vector<Change> changes)
      : scenario_(scenario),
        wire_(std::move(changes), scenario.reseals && !scenario.is_tls12),
        client_(scenario_, ContextsOf(scenario).client, false),
        server_(scenario_, ContextsOf(scenario).server, true) {}

  End& client() { return client_; }
  End& server() { return server_; }

  // Run goes on until nothing moves.
  void Run() {
    for (int round = 0, still = 0; round < kMostRounds && still < 2; ++round) {
      client_.Advance();
      bool has_moved = Deliver(&client_, &server_);
      server_.Advance();
      has_moved = Deliver(&server_, &client_) || has_moved;
      if (!has_moved) server_.AnswerLater();
      still = has_moved ? 0 : still + 1;
    }
  }

  void Finish() {
    for (int turn = 0; turn < 2; ++turn) {
      client_.Close();
      Deliver(&client_, &server_);
      server_.Close();
      Deliver(&server_, &client_);
    }
    for (End* end : {&client_, &server_}) {
      end->ArriveEof();
      end->Advance();
    }
  }

 private:
  bool Deliver(End* from, End* to) {
    TakeKeys();
    const Bytes sent = from->Depart();
    if (sent.empty()) return false;
    wire_.Carry(from == &server_, sent, [&](ByteView arriving) {
      ArriveInPieces(arriving, to);
      if (scenario_.reseals) to->Advance();
      TakeKeys();
    });
    return true;
  }

  void TakeKeys() {
    for (End* end : {&client_, &server_}) {
      const SecureBytes lines = end->connection().TakeKeyLog();
      wire_.keys(end == &server_)
          .AddLog({reinterpret_cast<const char*>(lines.data()), lines.size()});
    }
  }

  // A long flight does not arrive by single bytes to its end.
  void ArriveInPieces(ByteView bytes, End* to) {
    constexpr int kMostPieces = 64;
    for (int i = 0; scenario_.piece_len > 0 && i < kMostPieces && !bytes.empty(); ++i) {
      const ByteView piece = bytes.first(std::min<size_t>(scenario_.piece_len, bytes.size()));
      to->Arrive(piece);
      to->Advance();
      bytes = bytes.subspan(piece.size());
    }
    to->Arrive(bytes);
  }

  const Scenario scenario_;
  Wire wire_;
  End client_;
  End server_;
};

// The session of a connection in which nothing was changed.
const tls::Session* SessionOf(Scenario scenario) {
  scenario.resumes = false;
  scenario.refuses_hello = false;
  scenario.switches_context = false;
  scenario.reseals = false;
  scenario.piece_len = 0;
  scenario.verdict = 0;
  static std::map<Bytes, std::unique_ptr<tls::Session>> made;
  const auto [at, is_new] = made.try_emplace(EncodeScenario(scenario));
  if (!is_new) return at->second.get();
  Pair pair(scenario, {});
  pair.Run();
  at->second = tls::CurrentSession(pair.client().connection());
  return at->second.get();
}

// AskAbout calls what reads a connection's facts, in any state.
void AskAbout(End& end) {
  const Connection& connection = end.connection();
  (void)tls::Version(connection);
  (void)tls::Cipher(connection);
  (void)tls::SharedCiphers(connection);
  (void)tls::Group(connection);
  (void)tls::ServerSigalg(connection);
  (void)tls::ClientSigalg(connection);
  (void)tls::SelectedAlpnProtocol(connection);
  (void)tls::UnverifiedChain(connection);
  (void)tls::VerifiedChain(connection);
  (void)tls::TlsUnique(connection);
  (void)tls::TlsServerEndPoint(connection);
  (void)tls::TlsExporter(connection);
  const openssl::X509Ptr certificate = tls::PeerCertificate(connection);
  if (certificate) (void)tls::DecodeCertificate(certificate.get());
  (void)end.connection().TakeMessages();
  const std::unique_ptr<tls::Session> session = tls::CurrentSession(connection);
  if (!session) return;
  (void)session->Fields();
  auto stored = tls::SerializeSession(*session);
  if (stored.ok()) {
    Require(tls::DeserializeSession(*stored, session->context()).ok(),
            "a session that was stored can be read");
  }
}

// A client that is done with a verified certificate has seen the server's own, whatever happened on
// the way.
void CheckPeer(End& client) {
  const Connection& connection = client.connection();
  const bool is_verified = connection.IsHandshakeDone() && tls::ChecksPeer(connection);
  const openssl::X509Ptr certificate = tls::PeerCertificate(connection);
  if (!is_verified || !certificate || tls::IsResumed(connection)) return;
  const auto shown = Value(tls::HashSpki(certificate.get()));
  Require(shown == Value(tls::HashSpki(TheIdentities().localhost->leaf.get())),
          "a verified certificate is the server's");
}

// The same for sent data: where no change was inside, nothing else is delivered. One that
// knows the keys may change it.
void CheckPlaintext(const Scenario& scenario, Pair& pair) {
  if (scenario.reseals || scenario.is_tls12) return;
  for (End* end : {&pair.client(), &pair.server()}) {
    const Bytes& received = end->received();
    Require(received.empty() || std::string(received.begin(), received.end()) == kMessage,
            "what is delivered is what was sent");
  }
}

// Every setting alone, and pairs of them, with each version.
std::vector<Scenario> SeedScenarios() {
  constexpr uint8_t kPieceLen = 7;
  std::vector<Scenario> scenarios;
  for (unsigned first = 0; first < 8; ++first) {
    for (unsigned second = 0; second < 8; ++second) {
      const Bytes chosen = {static_cast<uint8_t>(1U << first | 1U << (first + second) % 8),
                            static_cast<uint8_t>(1U << second),
                            second % 3 == 0 ? kPieceLen : uint8_t{0}};
      Input input(chosen);
      scenarios.push_back(ReadScenario(&input));
    }
  }
  return scenarios;
}

// A change of each kind, in each flight.
Change SeedChange(uint8_t flight, unsigned number) {
  static constexpr uint8_t kData[] = {0, 1, 2};
  return {.flight = flight,
          .kind = static_cast<Change::Kind>((flight + number) % 8),
          .is_inside = true,
          .mends_lengths = true,
          .record = flight,
          .offset = static_cast<uint16_t>(6 + number),
          .len = 2,
          .bytes = kData};
}

// RequireSuccess runs a scenario without changes and without a refusal, which has to succeed:
// otherwise the target would exercise failures alone.
void RequireSuccess(Scenario scenario) {
  scenario.refuses_hello = false;
  scenario.switches_context = false;
  if (scenario.verdict == 2) scenario.verdict = 1;
  if (scenario.has_psk) scenario.resumes = false;  // barred, since no certificate was seen
  const tls::Session* session = scenario.resumes ? SessionOf(scenario) : nullptr;
  Pair pair(scenario, {});
  if (session != nullptr) Must(tls::ResumeSession(&pair.client().connection(), *session));
  pair.Run();
  for (End* end : {&pair.client(), &pair.server()}) {
    const Bytes& received = end->received();
    Require(std::string(received.begin(), received.end()) == kMessage,
            "a handshake without changes succeeds");
  }
}

}  // namespace

void TryInput(ByteView bytes) {
  Input input(bytes);
  const Scenario scenario = ReadScenario(&input);
  const tls::Session* session = scenario.resumes ? SessionOf(scenario) : nullptr;
  Pair pair(scenario, ReadChanges(&input));
  if (session != nullptr) (void)tls::ResumeSession(&pair.client().connection(), *session);
  pair.Run();
  CheckPeer(pair.client());
  CheckPlaintext(scenario, pair);
  AskAbout(pair.client());
  AskAbout(pair.server());
  pair.Finish();
}

std::vector<Bytes> MakeSeeds() {
  std::vector<Bytes> seeds;
  unsigned number = 0;
  for (Scenario scenario : SeedScenarios()) {
    RequireSuccess(scenario);
    seeds.push_back(EncodeScenario(scenario));
    scenario.reseals = true;
    for (uint8_t flight = 0; flight < 4; ++flight) {
      Bytes seed = EncodeScenario(scenario);
      const Bytes encoded = EncodeChange(SeedChange(flight, number++ % 32));
      seed.insert(seed.end(), encoded.begin(), encoded.end());
      seeds.push_back(std::move(seed));
    }
  }
  return seeds;
}

}  // namespace hermetic::fuzz
