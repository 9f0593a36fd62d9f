// The addon's state for one JS environment (the main thread, each worker). Nothing that holds a JS
// value is static.
#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>

#include "native/napi/mailbox.h"
#include "native/napi/stream_host.h"

namespace hermetic::napi {

// StepReport is the numbers of the last step with ciphertext (tls_exchange.cc). JavaScript reads
// them in the order of the members, without a call (lib/ssl/engine/exchange.ts).
struct StepReport {
  int32_t num_read;        // bytes of plaintext
  int32_t num_sent;        // bytes of ciphertext in the memory that the step was given
  int32_t num_unsent;      // bytes of ciphertext that had no room there
  int32_t num_unread;      // bytes of ciphertext that the connection has not taken
  int32_t has_input;       // 1 if another read may find something
  int32_t num_handshakes;  // that have begun; TLS 1.3 has only one
  // Of a step over a descriptor only (tls_stream.cc):
  int32_t num_received;   // bytes of ciphertext
  int32_t input_state;    // an InputState
  int32_t receive_error;  // errno, or 0
  int32_t num_waiting;    // bytes of ciphertext that the system has not taken yet
  int32_t send_error;     // errno, or 0
};

// StepPlan is what streamExchange is to do (tls_stream.cc). It follows the report in the same
// array, because a number that JavaScript writes there costs less than an argument.
struct StepPlan {
  int32_t stream;
  int32_t action;
  int32_t most;  // bytes to receive
};

// StepNumbers is the array.
struct StepNumbers {
  StepReport report;
  StepPlan plan;
};

// InputState is how a descriptor was left.
enum class InputState : uint8_t { kMore, kDry, kEnd };

class Environment {
 public:
  // Install makes the instance data of `env`, and Of returns it.
  static void Install(Napi::Env env);
  static Environment& Of(Napi::Env env);

  Mailbox& mailbox() { return *mailbox_; }
  StepReport& step_report() { return step_numbers_->report; }
  const StepPlan& step_plan() const { return step_numbers_->plan; }
  StreamHost& streams() { return streams_; }
  // StepNumbersArray returns the array that JavaScript reads the report from, and writes plans to.
  Napi::Value StepNumbersArray(Napi::Env env);

 private:
  StepNumbers unread_numbers_ = {};  // used until JavaScript has asked for the array
  StepNumbers* step_numbers_ = &unread_numbers_;
  Napi::Reference<Napi::Int32Array> step_numbers_array_;  // keeps the memory of step_numbers_
  StreamHost streams_;
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
};

}  // namespace hermetic::napi
