// A step of a connection together with its ciphertext: what connectionExchange and streamExchange
// have in common.
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/base/bytes.h"
#include "native/napi/environment.h"
#include "native/napi/tls_asker.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/step.h"

namespace hermetic::napi {

// The numbers of lib/ssl/engine/exchange.ts.
enum class Action : uint8_t { kNone, kHandshake, kRead, kWrite, kCloseNotify };
// Added to an action.
constexpr uint32_t kEndOfInput = 8;
constexpr uint32_t kUnlessLong = 32;  // to kHandshake (Connection::HandshakeUnlessLong)

// Payload is the argument with the memory to read into, or with the bytes to write or an array of
// them; null without either.
class Payload {
 public:
  Payload(const Napi::CallbackInfo& info, size_t index);
  Payload(const Payload&) = delete;
  Payload& operator=(const Payload&) = delete;

  MutableByteView memory() const { return memory_; }
  std::span<const ByteView> chunks() const {
    return several_.empty() ? std::span(&single_, num_single_) : std::span(several_);
  }
  // The length of all chunks.
  size_t len() const;

 private:
  MutableByteView memory_;
  ByteView single_;  // needs no allocation
  size_t num_single_ = 0;
  std::vector<ByteView> several_;
};

// If JavaScript runs inside the step, it may detach its memory. Everything then goes through memory
// of the addon, and is copied when JavaScript can no longer run.
class Exchange {
 public:
  // `payload` is the index of the argument.
  Exchange(const Napi::CallbackInfo& info, size_t payload, tls::Connection* connection,
           const JsAsker& asker)
      : info_(info),
        payload_index_(payload),
        payload_(info, payload),
        connection_(connection),
        asker_(asker),
        lends_(!asker.is_there()) {}
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Take takes the step with `input` as further ciphertext. The ciphertext to send is at the start
  // of `output`, and the rest of it waits in the connection.
  tls::Step Take(uint32_t what, ByteView input, MutableByteView output);

  bool lends() const { return lends_; }
  size_t num_sent() const { return num_sent_; }
  const Payload& payload() const { return payload_; }

  // Report stores the numbers of the step.
  void Report(const tls::Step& step, size_t num_sent, StepReport* report) const;

 private:
  tls::Step Act(uint32_t what);
  tls::Step ReadApart();
  tls::Step Write();

  const Napi::CallbackInfo& info_;
  size_t payload_index_;
  Payload payload_;
  tls::Connection* connection_;
  const JsAsker& asker_;
  bool lends_;
  size_t num_read_ = 0;
  size_t num_sent_ = 0;
};

}  // namespace hermetic::napi
