// See end.h.
#include "test/fuzz/support/end.h"

#include <string_view>
#include <utility>

#include "native/openssl/secure_bytes.h"
#include "test/fuzz/support/identities.h"
#include "test/fuzz/support/target.h"

namespace hermetic::fuzz {
namespace {

using openssl::SecureBytes;
using tls::Connection;
using tls::PeerAnswer;
using tls::PeerVerdict;
using tls::Step;
using tls::StepState;

constexpr uint8_t kAlert = 112;  // unrecognized_name
constexpr size_t kKeyLen = 32;
constexpr std::string_view kIdentity = "an identity";

// MayAskLater returns whether OpenSSL accepts a server's request after the handshake.
bool MayAskLater(const Scenario& scenario) {
  return scenario.authenticates_later && scenario.asks_client_certificate && !scenario.is_tls12;
}

}  // namespace

tls::PskOffer ScenarioAsker::AskPskClient(std::optional<ByteView> /*hint*/,
                                          bool /*is_tls13*/) noexcept {
  const ByteView identity = ViewOf(kIdentity);
  return {SecureBytes(identity.begin(), identity.end()), SecureBytes(kKeyLen, 7)};
}

SecureBytes ScenarioAsker::AskPskServer(std::optional<ByteView> identity,
                                        bool /*is_tls13*/) noexcept {
  const bool is_known = identity && identity->size() == kIdentity.size();
  return is_known ? SecureBytes(kKeyLen, 7) : SecureBytes();
}

PeerAnswer ScenarioAsker::JudgePeer() noexcept {
  return {static_cast<PeerVerdict>(scenario_.verdict), std::nullopt};
}

End::End(const Scenario& scenario, const std::shared_ptr<tls::Context>& context, bool is_server)
    : scenario_(scenario),
      asker_(scenario),
      incoming_(std::make_shared<tls::MemoryBio>()),
      outgoing_(std::make_shared<tls::MemoryBio>()) {
  tls::ConnectionOptions options;
  options.context = context;
  options.transport = {incoming_, outgoing_};
  options.is_server = is_server;
  if (!is_server) options.server_hostname = kHostname;
  options.asks_client_hello = is_server && scenario.asks_client_hello;
  connection_ = Value(Connection::Create(std::move(options)));
}

Bytes End::Depart() {
  const ByteView front = outgoing_->queue().Front();
  Bytes taken(front.begin(), front.end());
  outgoing_->queue().Drop(taken.size());
  return taken;
}

void End::Advance() {
  if (has_failed_) return;
  AnswerWhatIsAsked();
  Take([this] { return connection_->Handshake(); });
  if (has_failed_ || !connection_->IsHandshakeDone()) return;
  if (!has_written_) has_written_ = Take([this] { return connection_->Write(ViewOf(kMessage)); });
  ReadAll();
  const bool may_ask = MayAskLater(scenario_) && connection_->is_server();
  if (has_failed_ || !may_ask || has_asked_later_) return;
  has_asked_later_ = true;
  Take([this] { return connection_->VerifyClientPostHandshake(); });
}

void End::Close() {
  if (!has_failed_) Take([this] { return connection_->Shutdown(); });
  (void)connection_->SendCloseNotify();
}

void End::AnswerLater() {
  if (!IsAnswerAwaited()) return;
  connection_->peer().Answer(
      {scenario_.switches_context ? PeerVerdict::kRefuse : PeerVerdict::kStands, std::nullopt});
}

bool End::IsAnswerAwaited() const {
  return connection_->is_server() && connection_->peer().is_closed();
}

template <typename Act>
bool End::Take(Act act) {
  const bool was_awaited = IsAnswerAwaited();
  const size_t sent = outgoing_->pending();
  Step step;
  {
    const tls::StepScope scope(&connection_->stepping(), &asker_);
    step = act();
  }
  Require(!(was_awaited && IsAnswerAwaited()) || outgoing_->pending() == sent,
          "nothing is sent while the answer about the peer is awaited");
  Require(!IsAnswerAwaited() || step.state != StepState::kDone || step.count == 0,
          "nothing is delivered while the answer about the peer is awaited");
  Require(step.state != StepState::kFailed || !step.error.message.empty(),
          "an error has a message");
  state_ = step.state;
  has_failed_ = has_failed_ || step.state == StepState::kFailed;
  return step.state == StepState::kDone;
}

void End::AnswerWhatIsAsked() {
  if (state_ == StepState::kWantPeerAnswer && !connection_->is_server())
    connection_->peer().Answer({static_cast<PeerVerdict>(scenario_.verdict % 3), std::nullopt});
  if (state_ != StepState::kWantClientHello) return;
  if (scenario_.switches_context) {
    (void)connection_->UseContext(ContextsOf(scenario_).other_server);
  }
  connection_->hello().Answer(scenario_.refuses_hello ? std::optional<uint8_t>(kAlert)
                                                      : std::nullopt);
}

void End::ReadAll() {
  for (;;) {
    uint8_t buffer[64];
    size_t count = 0;
    const bool is_done = Take([&] {
      const Step step = connection_->Read(buffer);
      count = step.count;
      return step;
    });
    Require(count <= sizeof buffer, "a read stays within its memory");
    if (!is_done || count == 0) return;
    received_.insert(received_.end(), buffer, buffer + count);
  }
}

}  // namespace hermetic::fuzz
