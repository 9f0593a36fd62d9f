// End: a connection as the package drives it, for targets that have two of them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "native/base/bytes.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/asker.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/memory_bio.h"
#include "test/fuzz/support/scenario.h"

namespace hermetic::fuzz {

// The data that each end sends to the other.
inline const std::string kMessage = "what is sent";

// ScenarioAsker answers the questions inside a step.
class ScenarioAsker final : public tls::Asker {
 public:
  explicit ScenarioAsker(const Scenario& scenario) : scenario_(scenario) {}
  tls::PskOffer AskPskClient(std::optional<ByteView> hint, bool is_tls13) noexcept final;
  openssl::SecureBytes AskPskServer(std::optional<ByteView> identity, bool is_tls13) noexcept final;
  tls::PeerAnswer JudgePeer() noexcept final;

 private:
  const Scenario& scenario_;
};

// End takes steps until one fails. A question that stops a step is answered at the next Advance, so
// that bytes arrive while the answer is awaited.
class End {
 public:
  End(const Scenario& scenario, const std::shared_ptr<tls::Context>& context, bool is_server);

  tls::Connection& connection() { return *connection_; }
  const Bytes& received() const { return received_; }

  void Arrive(ByteView bytes) { (void)incoming_->Write(bytes); }
  void ArriveEof() { incoming_->WriteEof(); }
  // Depart takes what is to be sent.
  Bytes Depart();

  // Advance takes each kind of step that is due.
  void Advance();
  void Close();
  // AnswerLater gives the answer that a server went on without.
  void AnswerLater();

 private:
  template <typename Act>
  bool Take(Act act);
  bool IsAnswerAwaited() const;
  void AnswerWhatIsAsked();
  void ReadAll();

  const Scenario& scenario_;
  ScenarioAsker asker_;
  std::shared_ptr<tls::MemoryBio> incoming_;
  std::shared_ptr<tls::MemoryBio> outgoing_;
  std::unique_ptr<tls::Connection> connection_;
  tls::StepState state_ = tls::StepState::kDone;
  bool has_failed_ = false;
  bool has_written_ = false;
  bool has_asked_later_ = false;
  Bytes received_;
};

}  // namespace hermetic::fuzz
