// See tls_exchange.h; connectionExchange takes the step with memory of JavaScript
// (lib/ssl/engine/exchange.ts).
#include "native/napi/tls_exchange.h"

#include <napi.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/environment.h"
#include "native/napi/throw.h"
#include "native/napi/tls_asker.h"
#include "native/napi/tls_handles.h"
#include "native/napi/tls_step.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/memory_bio.h"
#include "native/tls/connection/step.h"

namespace hermetic::napi {

using tls::Step;
using tls::StepState;

namespace {

using Info = Napi::CallbackInfo;
using tls::Connection;

constexpr uint32_t kActionMask = kEndOfInput - 1;

// The arguments of connectionExchange that are memory.
constexpr size_t kInput = 3;
constexpr size_t kPayload = 4;
constexpr size_t kOutput = 5;

}  // namespace

Payload::Payload(const Info& info, size_t index) {
  const Napi::Value payload = info[index];
  if (!payload.IsTypedArray() && IsMissing(info, index)) return;
  if (!payload.IsArray()) {
    single_ = memory_ = BytesArgument(info, index);
    num_single_ = 1;
    return;
  }
  const auto list = payload.As<Napi::Array>();
  std::vector<Napi::Value> values;
  for (uint32_t i = 0; i < list.Length(); ++i) {
    values.push_back(list.Get(i));
    BytesOf(values.back(), "a chunk");
  }
  // Later, because a getter of the array is JavaScript, which may detach an earlier chunk.
  for (const Napi::Value& value : values) several_.push_back(BytesOf(value, "a chunk"));
}

size_t Payload::len() const {
  size_t total = 0;
  for (const ByteView chunk : chunks()) total += chunk.size();
  return total;
}

Exchange::~Exchange() { connection_->transport().ForgetLoan(); }

Step Exchange::Take(uint32_t what, ByteView input, MutableByteView output) {
  tls::Transport& transport = connection_->transport();
  if (lends_) {
    transport.Lend(input, output);
  } else {
    transport.incoming->queue().Append(input);
  }
  if ((what & kEndOfInput) != 0) transport.incoming->WriteEof();
  Step step = Act(what);
  if (lends_) num_sent_ = transport.EndLoan();
  return step;
}

Step Exchange::Act(uint32_t what) {
  switch (static_cast<Action>(what & kActionMask)) {
    case Action::kNone:
      return {};
    case Action::kHandshake:
      return (what & kUnlessLong) != 0 ? connection_->HandshakeUnlessLong()
                                       : connection_->Handshake();
    case Action::kRead:
      return lends_ ? connection_->ReadRecords(payload_.memory(), &num_read_) : ReadApart();
    case Action::kWrite:
      return Write();
    case Action::kCloseNotify:
      return connection_->SendCloseNotify();
  }
  ThrowContract(info_.Env(), "argument 2 must name an action");
}

Step Exchange::ReadApart() {
  openssl::SecureBytes plaintext(payload_.memory().size());
  size_t num_read = 0;
  Step step = connection_->ReadRecords(plaintext, &num_read);
  if (asker_.has_failed()) return step;
  const MutableByteView out = BytesArgument(info_, payload_index_);
  if (out.size() < num_read) {
    return {StepState::kFailed, 0, StateError("a callback has shrunk the memory to fill")};
  }
  std::copy_n(plaintext.begin(), num_read, out.begin());
  num_read_ = num_read;
  return step;
}

Step Exchange::Write() {
  if (lends_ || connection_->IsHandshakeDone()) return connection_->WriteChunks(payload_.chunks());
  openssl::SecureBytes copy;
  for (const ByteView chunk : payload_.chunks())
    copy.insert(copy.end(), chunk.begin(), chunk.end());
  return connection_->Write(copy);
}

void Exchange::Report(const Step& step, size_t num_sent, StepReport* report) const {
  const tls::Transport& transport = connection_->transport();
  report->num_read = static_cast<int32_t>(num_read_);
  report->num_sent = static_cast<int32_t>(num_sent);
  report->num_unsent = static_cast<int32_t>(transport.outgoing->pending());
  report->num_unread = static_cast<int32_t>(transport.incoming->pending());
  report->num_handshakes = static_cast<int32_t>(connection_->num_handshakes());
  report->has_input = step.state != StepState::kWantRead && connection_->HasInput() ? 1 : 0;
}

namespace {

size_t CopyOutput(const Info& info, Connection& connection, const JsAsker& asker) {
  if (asker.has_failed()) return 0;
  return connection.transport().outgoing->queue().Take(BytesArgument(info, kOutput));
}

// connectionExchange(connection, ask or null, action, input or null, payload, output): takes a step
// with `input` as further ciphertext. `action` is an Action, with kEndOfInput if the transport has
// ended, and perhaps kUnlessLong. The payload is the memory to read into, or the bytes to write or
// an array of them. The ciphertext to send goes to `output`; what has no room stays for the next
// call. The environment's StepReport receives the numbers.
Napi::Value TakeExchange(const Info& info) {
  const uint32_t what = Uint32Argument(info, 2);
  return TakeStep(info, 1, [&](Connection& connection, const JsAsker& asker) {
    Exchange exchange(info, kPayload, &connection, asker);
    const ByteView input = IsMissing(info, kInput) ? ByteView{} : BytesArgument(info, kInput);
    Step step = exchange.Take(what, input, BytesArgument(info, kOutput));
    const size_t num_sent =
        exchange.lends() ? exchange.num_sent() : CopyOutput(info, connection, asker);
    exchange.Report(step, num_sent, &Environment::Of(info.Env()).step_report());
    return step;
  });
}

// connectionTakeBack(connection, most): removes the last bytes of the unread ciphertext, and
// returns them as a Buffer.
Napi::Value TakeBack(const Info& info) {
  const auto most = static_cast<size_t>(std::max<int64_t>(IntegerArgument(info, 1), 0));
  return WithIdleConnection(info, [&](Connection& connection) -> Napi::Value {
    return ToBuffer(info.Env(), connection.transport().incoming->queue().TakeBack(most));
  });
}

// stepNumbers(): an Int32Array with the members of the environment's StepNumbers.
Napi::Value StepNumbersArray(const Info& info) {
  return Environment::Of(info.Env()).StepNumbersArray(info.Env());
}

constexpr Entry kEntries[] = {
    {"connectionExchange", TakeExchange},
    {"connectionTakeBack", TakeBack},
    {"stepNumbers", StepNumbersArray},
};

}  // namespace

void RegisterExchange(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
