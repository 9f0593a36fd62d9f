// See scenario.h.
#include "test/fuzz/support/scenario.h"

#include <initializer_list>
#include <map>
#include <optional>
#include <tuple>

#include "test/fuzz/support/identities.h"
#include "test/fuzz/support/input.h"
#include "test/fuzz/support/random.h"

namespace hermetic::fuzz {
namespace {

using tls::Context;
using tls::Protocol;

constexpr uint32_t kSomeVerifier = 1;

bool Bit(uint8_t byte, int index) { return (byte >> index & 1) != 0; }

uint8_t ByteOf(std::initializer_list<bool> bits) {
  int index = 0;
  unsigned byte = 0;
  for (const bool bit : bits) byte |= static_cast<unsigned>(bit) << index++;
  return static_cast<uint8_t>(byte);
}

std::shared_ptr<Context> Base(Protocol protocol, const Scenario& scenario) {
  const auto context = Value(Context::Create(protocol));
  Must(context->trust().LoadData(Named("cadata", ViewOf(TheIdentities().authority.certificate)),
                                 trust::DataKind::kText));
  // The keys of Wire are those of this suite.
  Must(context->SetCiphersuites("TLS_AES_128_GCM_SHA256"));
  if (scenario.is_tls12) Must(context->SetVersionBound(tls::Bound::kMaximum, TLS1_2_VERSION));
  if (scenario.has_psk && scenario.is_tls12)
    Must(context->SetCiphers("ECDHE-PSK-CHACHA20-POLY1305:PSK-AES128-CBC-SHA256"));
  if (scenario.has_alpn) {
    constexpr uint8_t kProtocols[] = {2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    Must(context->SetAlpnProtocols(kProtocols));
  }
  context->SetLogsKeys(true);
  context->SetKeepsMessages(true);
  context->SetPostHandshakeAuth(scenario.authenticates_later);
  if (scenario.asks_peer) context->trust().SetVerifier(kSomeVerifier);
  return context;
}

std::shared_ptr<Context> Client(const Scenario& scenario) {
  const auto context = Base(Protocol::kTlsClient, scenario);
  if (scenario.has_psk) context->SetAsksPskClient(true);
  if (scenario.has_client_certificate) Must(context->AddIdentity(TheIdentities().client));
  Must(context->SetGroups("P-256:X25519"));
  return context;
}

std::shared_ptr<Context> Server(const Scenario& scenario) {
  const auto context = Base(Protocol::kTlsServer, scenario);
  Must(context->AddIdentity(TheIdentities().localhost));
  if (scenario.has_psk) Must(context->SetAsksPskServer(true, "a hint"));
  if (scenario.asks_client_certificate) Must(context->trust().SetMode(tls::VerifyMode::kOptional));
  // A session of one input must not change the result of another.
  SSL_CTX_set_session_cache_mode(context->native(), SSL_SESS_CACHE_OFF);
  Must(context->SetGroups(scenario.retries_hello ? "X25519" : "P-256:X25519"));
  return context;
}

}  // namespace

Scenario ReadScenario(Input* input) {
  const uint8_t first = input->TakeByte();
  const uint8_t second = input->TakeByte();
  Scenario scenario;
  scenario.is_tls12 = Bit(first, 0);
  scenario.asks_client_certificate = Bit(first, 1);
  scenario.has_client_certificate = Bit(first, 2);
  scenario.resumes = Bit(first, 3);
  scenario.has_psk = Bit(first, 4);
  scenario.has_alpn = Bit(first, 5);
  scenario.asks_client_hello = Bit(first, 6);
  scenario.asks_peer = Bit(first, 7);
  scenario.retries_hello = Bit(second, 0);
  scenario.switches_context = Bit(second, 1);
  scenario.refuses_hello = Bit(second, 2);
  scenario.authenticates_later = Bit(second, 3);
  scenario.reseals = Bit(second, 4);
  scenario.verdict = second >> 5 & 3;
  scenario.piece_len = input->TakeByte();
  return scenario;
}

Bytes EncodeScenario(const Scenario& s) {
  const uint8_t first =
      ByteOf({s.is_tls12, s.asks_client_certificate, s.has_client_certificate, s.resumes, s.has_psk,
              s.has_alpn, s.asks_client_hello, s.asks_peer});
  const uint8_t second =
      ByteOf({s.retries_hello, s.switches_context, s.refuses_hello, s.authenticates_later,
              s.reseals, (s.verdict & 1) != 0, (s.verdict & 2) != 0});
  return {first, second, s.piece_len};
}

const Contexts& ContextsOf(const Scenario& scenario) {
  const auto key =
      std::make_tuple(scenario.is_tls12, scenario.asks_client_certificate,
                      scenario.has_client_certificate, scenario.has_psk, scenario.has_alpn,
                      scenario.asks_peer, scenario.retries_hello, scenario.authenticates_later);
  static std::map<decltype(key), Contexts> made;
  const auto found = made.find(key);
  if (found != made.end()) return found->second;
  RestartRandom();
  Contexts contexts{Client(scenario), Server(scenario), Server(scenario)};
  RestartRandom();
  return made.emplace(key, std::move(contexts)).first->second;
}

}  // namespace hermetic::fuzz
