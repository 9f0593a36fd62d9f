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
  int32_t num_read;    // bytes of plaintext
  int32_t num_sent;    // bytes of ciphertext in the memory that the step was given
  int32_t num_unsent;  // bytes of ciphertext that had no room there
  int32_t num_unread;  // bytes of ciphertext that the connection has not taken
  int32_t has_input;   // 1 if another read may find something
  // Of a step over a descriptor only (tls_stream.cc):
  int32_t num_received;   // bytes of ciphertext
  int32_t input_state;    // an InputState
  int32_t receive_error;  // errno, or 0
  int32_t num_waiting;    // bytes of ciphertext that the system has not taken yet
  int32_t send_error;     // errno, or 0
};

// InputState is how a descriptor was left.
enum class InputState : uint8_t { kMore, kDry, kEnd };

class Environment {
 public:
  // Install makes the instance data of `env`, and Of returns it.
  static void Install(Napi::Env env);
  static Environment& Of(Napi::Env env);

  Mailbox& mailbox() { return *mailbox_; }
  StepReport& step_report() { return *step_report_; }
  StreamHost& streams() { return streams_; }
  // StepReportArray returns the array that JavaScript reads the report from.
  Napi::Value StepReportArray(Napi::Env env);

 private:
  StepReport unread_report_ = {};  // used until JavaScript has asked for the array
  StepReport* step_report_ = &unread_report_;
  Napi::Reference<Napi::Int32Array> step_report_array_;  // keeps the memory of step_report_
  StreamHost streams_;
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
};

}  // namespace hermetic::napi
