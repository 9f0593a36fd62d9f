// One step of a connection together with its ciphertext: the bytes that have arrived go in, and the
// bytes to send come out, in one call (lib/ssl/engine/exchange.ts).
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
namespace {

using Info = Napi::CallbackInfo;
using tls::Connection;
using tls::Step;
using tls::StepState;

// The numbers of lib/ssl/engine/exchange.ts.
enum class Action : uint8_t { kNone, kHandshake, kRead, kWrite, kCloseNotify };
constexpr uint32_t kEndOfInput = 8;
constexpr uint32_t kActionMask = kEndOfInput - 1;

// The arguments of connectionExchange that are memory.
constexpr size_t kInput = 3;
constexpr size_t kPayload = 4;
constexpr size_t kOutput = 5;

// If JavaScript runs inside the step, it may detach its memory. Everything then goes through memory
// of the addon, and is copied when JavaScript can no longer run.
class Exchange {
 public:
  Exchange(const Info& info, Connection* connection, const JsAsker& asker)
      : info_(info), connection_(connection), asker_(asker), lends_(!asker.is_there()) {}
  ~Exchange() { connection_->transport().ForgetLoan(); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  Step Take(uint32_t what) {
    tls::Transport& transport = connection_->transport();
    ReadPayload();
    const ByteView input = IsMissing(info_, kInput) ? ByteView{} : BytesArgument(info_, kInput);
    const MutableByteView output = BytesArgument(info_, kOutput);
    if (lends_) {
      transport.Lend(input, output);
    } else {
      transport.incoming->queue().Append(input);
    }
    if ((what & kEndOfInput) != 0) transport.incoming->WriteEof();
    Step step = Act(static_cast<Action>(what & kActionMask));
    const size_t num_sent = lends_ ? transport.EndLoan() : CopyOutput();
    Report(step, num_sent);
    return step;
  }

 private:
  Step Act(Action action) {
    switch (action) {
      case Action::kNone:
        return {};
      case Action::kHandshake:
        return connection_->Handshake();
      case Action::kRead:
        return lends_ ? connection_->ReadRecords(payload_, &num_read_) : ReadApart();
      case Action::kWrite:
        return Write();
      case Action::kCloseNotify:
        return connection_->SendCloseNotify();
    }
    ThrowContract(info_.Env(), "argument 2 must name an action");
  }

  Step ReadApart() {
    openssl::SecureBytes plaintext(payload_.size());
    size_t num_read = 0;
    Step step = connection_->ReadRecords(plaintext, &num_read);
    if (asker_.has_failed()) return step;
    const MutableByteView out = BytesArgument(info_, kPayload);
    if (out.size() < num_read) {
      return {StepState::kFailed, 0, StateError("a callback has shrunk the memory to fill")};
    }
    std::copy_n(plaintext.begin(), num_read, out.begin());
    num_read_ = num_read;
    return step;
  }

  Step Write() {
    if (lends_ || connection_->IsHandshakeDone()) return connection_->WriteChunks(chunks_);
    openssl::SecureBytes copy;
    for (const ByteView chunk : chunks_) copy.insert(copy.end(), chunk.begin(), chunk.end());
    return connection_->Write(copy);
  }

  void ReadPayload() {
    if (IsMissing(info_, kPayload)) return;
    if (!info_[kPayload].IsArray()) {
      payload_ = BytesArgument(info_, kPayload);
      chunks_ = {payload_};
      return;
    }
    const auto list = info_[kPayload].As<Napi::Array>();
    std::vector<Napi::Value> values;
    for (uint32_t i = 0; i < list.Length(); ++i) {
      values.push_back(list.Get(i));
      BytesOf(values.back(), "a chunk");
    }
    // Later, because a getter of the array is JavaScript, which may detach an earlier chunk.
    for (const Napi::Value& value : values) chunks_.push_back(BytesOf(value, "a chunk"));
  }

  size_t CopyOutput() {
    if (asker_.has_failed()) return 0;
    return connection_->transport().outgoing->queue().Take(BytesArgument(info_, kOutput));
  }

  void Report(const Step& step, size_t num_sent) {
    const tls::Transport& transport = connection_->transport();
    StepReport& report = Environment::Of(info_.Env()).step_report();
    report.num_read = static_cast<int32_t>(num_read_);
    report.num_sent = static_cast<int32_t>(num_sent);
    report.num_unsent = static_cast<int32_t>(transport.outgoing->pending());
    report.num_unread = static_cast<int32_t>(transport.incoming->pending());
    report.has_input = step.state != StepState::kWantRead && connection_->HasInput() ? 1 : 0;
  }

  const Info& info_;
  Connection* connection_;
  const JsAsker& asker_;
  bool lends_;
  MutableByteView payload_;
  std::vector<ByteView> chunks_;
  size_t num_read_ = 0;
};

// connectionExchange(connection, ask or null, action, input or null, payload, output): takes a step
// with `input` as further ciphertext. `action` is an Action, with kEndOfInput if the transport has
// ended. The payload is the memory to read into, or the bytes to write or an array of them. The
// ciphertext to send goes to `output`; what has no room stays for the next call. The environment's
// StepReport receives the numbers.
Napi::Value TakeExchange(const Info& info) {
  const uint32_t what = Uint32Argument(info, 2);
  return TakeStep(info, 1, [&](Connection& connection, const JsAsker& asker) {
    return Exchange(info, &connection, asker).Take(what);
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

// stepReport(): an Int32Array with the members of the environment's StepReport.
Napi::Value StepReportArray(const Info& info) {
  return Environment::Of(info.Env()).StepReportArray(info.Env());
}

constexpr Entry kEntries[] = {
    {"connectionExchange", TakeExchange},
    {"connectionTakeBack", TakeBack},
    {"stepReport", StepReportArray},
};

}  // namespace

void RegisterExchange(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
