// The settings of the two ends of a connection: one choice per bit of a fuzz input.
#pragma once

#include <cstdint>
#include <memory>

#include "native/tls/connection/peer_answer.h"
#include "native/tls/context/context.h"
#include "native/tls/session/session.h"
#include "test/fuzz/support/input.h"

namespace hermetic::fuzz {

struct Scenario {
  bool is_tls12 = false;
  bool asks_client_certificate = false;
  bool has_client_certificate = false;
  bool resumes = false;
  bool has_psk = false;
  bool has_alpn = false;
  bool asks_client_hello = false;
  bool asks_peer = false;
  // Of the second byte.
  bool retries_hello = false;  // the server takes another group than the client's first
  bool switches_context = false;
  bool refuses_hello = false;
  bool authenticates_later = false;
  bool reseals = false;
  uint8_t verdict = 0;  // a PeerVerdict
  // Of the third byte: how many bytes of a flight arrive at once; 0 for all.
  uint8_t piece_len = 0;
};

Scenario ReadScenario(Input* input);
// EncodeScenario is what ReadScenario reads.
Bytes EncodeScenario(const Scenario& scenario);

struct Contexts {
  std::shared_ptr<tls::Context> client;
  std::shared_ptr<tls::Context> server;
  std::shared_ptr<tls::Context> other_server;  // of UseContext
};

// ContextsOf returns the same contexts for the same choices, since making them takes longer than a
// handshake.
const Contexts& ContextsOf(const Scenario& scenario);

}  // namespace hermetic::fuzz
