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

// If JavaScript runs inside the step, it may detach its memory. Everything then goes through memory
// of the addon, and is copied when JavaScript can no longer run.
class Exchange {
 public:
  // `payload` is the index of the argument with the memory to read into, or the bytes to write.
  Exchange(const Napi::CallbackInfo& info, size_t payload, tls::Connection* connection,
           const JsAsker& asker)
      : info_(info),
        payload_index_(payload),
        connection_(connection),
        asker_(asker),
        lends_(!asker.is_there()) {}
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // ReadPayload comes before Take, which takes the step with `input` as further ciphertext. The
  // ciphertext to send is at the start of `output`, and the rest of it waits in the connection.
  void ReadPayload();
  tls::Step Take(uint32_t what, ByteView input, MutableByteView output);

  bool lends() const { return lends_; }
  size_t num_sent() const { return num_sent_; }
  // The bytes to write.
  size_t payload_len() const;

  // Report stores the numbers of the step.
  void Report(const tls::Step& step, size_t num_sent, StepReport* report) const;

 private:
  tls::Step Act(uint32_t what);
  tls::Step ReadApart();
  tls::Step Write();

  const Napi::CallbackInfo& info_;
  size_t payload_index_;
  tls::Connection* connection_;
  const JsAsker& asker_;
  bool lends_;
  MutableByteView payload_;
  std::span<const ByteView> chunks_;
  ByteView single_chunk_;  // what chunks_ points to: without an allocation for the usual case
  std::vector<ByteView> several_chunks_;
  size_t num_read_ = 0;
  size_t num_sent_ = 0;
};

}  // namespace hermetic::napi
