// Steps of connections whose ciphertext moves over the descriptor of a socket, in the same call
// (lib/ssl/transport/native-streams.ts). A stream is named by its number.
#include <napi.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/environment.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/loop_watch.h"
#include "native/napi/stream_host.h"
#include "native/napi/throw.h"
#include "native/napi/tls_asker.h"
#include "native/napi/tls_exchange.h"
#include "native/napi/tls_handles.h"
#include "native/napi/tls_step.h"
#include "native/stream/stream_set.h"
#include "native/tls/connection/byte_queue.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/memory_bio.h"
#include "native/tls/connection/step.h"
#include "native/transport/descriptor.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using stream::StreamSet;
using tls::Connection;
using tls::Step;

// Added to an action: what is to be sent is dropped, because this end has ended.
constexpr uint32_t kIsMute = 16;

// The arguments of streamExchange.
constexpr size_t kPayload = 0;
constexpr size_t kAsk = 1;
constexpr size_t kUser = 2;

// The ciphertext of a record is longer by less than this than its plaintext.
constexpr size_t kRecord = 16384;
constexpr size_t kMostOverhead = 256;

size_t RoomFor(size_t payload_len) {
  return std::max(kRecord, payload_len) + (payload_len / kRecord + 2) * kMostOverhead;
}

StreamHost& Streams(const Info& info) { return Environment::Of(info.Env()).streams(); }

bool IsOpen(StreamHost& streams, uint32_t number) {
  return streams.is_open() && streams.set().Has(number);
}

Step Closed() { return {tls::StepState::kFailed, 0, StateError("the stream is closed")}; }

// StreamExchange is one call: receives, takes the step, sends. It reports at the end, because a
// callback inside the step may take steps of other connections.
class StreamExchange {
 public:
  StreamExchange(const Info& info, uint32_t number, Connection* connection, const JsAsker& asker)
      : environment_(Environment::Of(info.Env())),
        exchange_(info, kPayload, connection, asker),
        streams_(environment_.streams()),
        connection_(connection),
        number_(number) {}

  Step Take(uint32_t what, size_t most) {
    if (!IsOpen(streams_, number_)) return Closed();  // by a getter of an array of chunks
    if (most > 0) {
      received_ = streams_.set().Receive(number_, most);
      if (received_.moved.has_ended) what |= kEndOfInput;
    }
    const MutableByteView output = streams_.set().SendMemory(RoomFor(exchange_.payload().len()));
    Step step = exchange_.Take(what & ~kIsMute, received_.bytes, output);
    if (IsOpen(streams_, number_)) Send((what & kIsMute) != 0, output.first(exchange_.num_sent()));
    Report(step);
    return step;
  }

 private:
  void Send(bool is_mute, ByteView output) {
    tls::ByteQueue& rest = connection_->transport().outgoing->queue();
    for (const ByteView bytes : {output, rest.Front()}) {
      if (is_mute || bytes.empty() || send_error_ != 0) continue;
      send_error_ = streams_.set().Send(number_, bytes);
      num_sent_ += bytes.size();
    }
    rest.Drop(rest.size());
    num_waiting_ = streams_.set().NumUnsent(number_);
  }

  void Report(const Step& step) const {
    StepReport& report = environment_.step_report();
    exchange_.Report(step, num_sent_, &report);
    report.num_received = static_cast<int32_t>(received_.moved.count);
    report.input_state = static_cast<int32_t>(StateOf(received_));
    report.receive_error = received_.moved.error;
    report.num_waiting = static_cast<int32_t>(num_waiting_);
    report.send_error = send_error_;
  }

  static InputState StateOf(const StreamSet::Received& received) {
    if (received.moved.has_ended) return InputState::kEnd;
    return received.is_dry ? InputState::kDry : InputState::kMore;
  }

  Environment& environment_;
  Exchange exchange_;
  StreamHost& streams_;
  Connection* connection_;
  uint32_t number_;
  StreamSet::Received received_ = {};
  size_t num_sent_ = 0;
  size_t num_waiting_ = 0;
  int send_error_ = 0;
};

// Returns the connection that takes its steps over the stream, which the first call names.
Owned<Connection>* UserOf(const Info& info, StreamHost& streams, uint32_t number) {
  if (info.Length() <= kUser || IsMissing(info, kUser)) return streams.User(number);
  Owned<Connection>& user = OwnedArgument<Connection>(info, kUser, kConnection);
  if (!IsOpen(streams, number)) return nullptr;
  streams.SetUser(number, info[kUser].As<Napi::Object>(), &user);
  return &user;
}

// streamExchange(payload, ask, connection): receives, takes the step of the stream's user with what
// has come, and sends what is to be sent, as the environment's StepPlan says. Its action may have
// kEndOfInput, kUnlessLong and kIsMute. The StepReport receives the numbers.
Napi::Value TakeStreamExchange(const Info& info) {
  Environment& environment = Environment::Of(info.Env());
  const StepPlan plan = environment.step_plan();  // a copy: a callback inside the step makes others
  const auto number = static_cast<uint32_t>(plan.stream);
  Owned<Connection>* const user = UserOf(info, environment.streams(), number);
  if (user == nullptr) {
    // They throw for arguments of the wrong type.
    const JsAsker asker(info, kAsk);
    const Payload payload(info, kPayload);
    return ToValue(info.Env(), Closed());
  }
  return TakeStep(info, *user, kAsk, [&](Connection& connection, const JsAsker& asker) {
    const auto most = static_cast<size_t>(std::max(plan.most, 0));
    return StreamExchange(info, number, &connection, asker)
        .Take(static_cast<uint32_t>(plan.action), most);
  });
}

// streamsAreSupported(): whether the process has what streams need.
Napi::Value AreSupported(const Info& info) {
  return Napi::Boolean::New(info.Env(), LoopWatch::IsSupported());
}

// streamOpen(descriptor): returns the number of a new stream over the descriptor of a socket, which
// nothing else may read or write until streamClose.
Napi::Value Open(const Info& info) {
  const Napi::Env env = info.Env();
  const int descriptor = Int32Argument(info, 0);
  const Result<StreamSet*> set = Streams(info).Set(env);
  if (!set.ok()) return ToRecord(env, set.error());
  const Result<uint32_t> number = (*set.value()).Add(descriptor);
  if (!number.ok()) return ToRecord(env, number.error());
  return Napi::Number::New(env, number.value());
}

// streamDiscard(stream, most): receives up to `most` bytes and drops them. Returns their number; -1
// if the peer has ended, or the descriptor has failed.
Napi::Value Discard(const Info& info) {
  const uint32_t number = Uint32Argument(info, 0);
  const size_t most = SizeArgument(info, 1);
  StreamHost& streams = Streams(info);
  if (!IsOpen(streams, number)) return Napi::Number::New(info.Env(), -1);
  const transport::Moved moved = streams.set().Receive(number, most).moved;
  const bool is_over = moved.has_ended || moved.error != 0;
  return Napi::Number::New(info.Env(), is_over ? -1 : static_cast<double>(moved.count));
}

// streamClose(stream): returns what was waiting to be sent; null without such bytes.
Napi::Value Close(const Info& info) {
  const Napi::Env env = info.Env();
  const uint32_t number = Uint32Argument(info, 0);
  StreamHost& streams = Streams(info);
  if (!IsOpen(streams, number)) return env.Null();
  const Bytes unsent = streams.Remove(number);
  if (unsent.empty()) return env.Null();
  return ToBuffer(env, unsent);
}

// streamsHold(holds): whether the streams of this environment keep its event loop alive.
Napi::Value Hold(const Info& info) {
  Streams(info).Hold(BooleanArgument(info, 0));
  return info.Env().Undefined();
}

// takeStreamChanges(take): sets the function that is called with the index of each change, and
// returns the Int32Array that has them.
Napi::Value TakeChanges(const Info& info) {
  if (!info[0].IsFunction()) ThrowContract(info.Env(), "argument 0 must be a function");
  return Streams(info).TakeChanges(info.Env(), info[0].As<Napi::Function>());
}

constexpr Entry kEntries[] = {
    {"streamExchange", TakeStreamExchange},
    {"streamsAreSupported", AreSupported},
    {"streamOpen", Open},
    {"streamDiscard", Discard},
    {"streamClose", Close},
    {"streamsHold", Hold},
    {"takeStreamChanges", TakeChanges},
};

}  // namespace

void RegisterStreams(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
