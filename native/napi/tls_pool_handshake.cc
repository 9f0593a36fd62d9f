// A step of a handshake on the pool. The connection moves to the pool whole, with the ciphertext
// that has arrived, and comes back through the environment's mailbox. If the environment ends
// meanwhile, the connection is destroyed on the pool.
#include <atomic>
#include <cerrno>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/environment.h"
#include "native/napi/handle.h"
#include "native/napi/mailbox.h"
#include "native/napi/throw.h"
#include "native/napi/tls_handles.h"
#include "native/threads/pool.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/memory_bio.h"
#include "native/tls/connection/step.h"
#include "native/tls/session/session.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using tls::Connection;
using tls::Step;
using tls::StepState;

struct Input {
  Bytes bytes;
  bool has_ended = false;
};

class PoolHandshake final : public MailboxItem, public threads::Job {
 public:
  PoolHandshake(Napi::Object handle, Owned<Connection>* owned, Napi::Function done, Input input)
      : handle_(Napi::Persistent(handle)),
        done_(Napi::Persistent(done)),
        owned_(owned),
        input_(std::move(input)) {}

  // Leave takes the connection from its handle, and Return puts it back. JS thread only.
  void Leave() {
    owned_->place = Place::kElsewhere;
    owned_->is_resumed = tls::IsResumed(*owned_->object);
    owned_->server_name = owned_->object->hello().server_name();
    connection_ = std::move(owned_->object);
  }
  void Return() {
    owned_->object = std::move(connection_);
    owned_->place = Place::kHome;
    owned_->server_name.reset();
  }

  void Run(std::shared_ptr<threads::Job> self) noexcept override {
    if (!is_stopped_) step_ = Take();
    Deliver(std::static_pointer_cast<PoolHandshake>(std::move(self)));
  }

  void Arrive(Napi::Env env, std::vector<napi_value>* batch) override {
    const bool is_closed = owned_->place == Place::kClosedElsewhere;
    Return();
    if (is_closed) {
      CloseOwned(env, owned_);
    } else {
      const Napi::Value step = ToValue(env, step_);
      batch->insert(batch->end(), {done_.Value(), step});
    }
    Release();
  }

  // The thread of the environment releases its values. The rest goes with the last owner.
  void Stop(std::shared_ptr<MailboxItem> /*self*/) noexcept override {
    is_stopped_ = true;
    Release();
  }

 private:
  Step Take() noexcept {
    try {
      tls::MemoryBio& incoming = *connection_->transport().incoming;
      incoming.queue().Append(input_.bytes);
      if (input_.has_ended) incoming.WriteEof();
      return connection_->HandshakeElsewhere();
    } catch (const std::bad_alloc&) {
      return {StepState::kFailed, 0, SystemError(ENOMEM, "malloc", "")};
    }
  }

  void Release() noexcept {
    try {
      handle_.Reset();
      done_.Reset();
    } catch (const Napi::Error& refused) {  // cannot happen: a reference can always be deleted
      static_cast<void>(refused);
    }
  }

  Napi::ObjectReference handle_;  // keeps what owned_ points to
  Napi::FunctionReference done_;
  Owned<Connection>* owned_;
  Input input_;
  std::unique_ptr<Connection> connection_;
  Step step_;
  std::atomic<bool> is_stopped_ = false;
};

bool Start(Napi::Env env, const std::shared_ptr<PoolHandshake>& handshake) {
  Mailbox& mailbox = Environment::Of(env).mailbox();
  mailbox.Expect(env, handshake);
  handshake->Leave();
  if (threads::Submit(handshake, threads::Urgency::kHandshake)) return true;
  handshake->Return();
  mailbox.Forget(env, handshake);
  return false;
}

// A connection over MemoryBIOs shares its queues with JavaScript.
bool CanMove(Connection& connection) {
  const tls::Transport& transport = connection.transport();
  return transport.incoming.use_count() == 1 && transport.outgoing.use_count() == 1;
}

// connectionHandshakeOnPool(connection, input or null, hasEnded, done): takes a step of the
// handshake on the pool, with `input` as further ciphertext, and `hasEnded` if the transport has
// ended. The step's result comes with `done` in a batch. Returns false, and does nothing, if the
// step is better taken at once: without work for long, or without a thread.
Napi::Value HandshakeOnPool(const Info& info) {
  const Napi::Env env = info.Env();
  Input input;
  if (!IsMissing(info, 1)) {
    const ByteView bytes = BytesArgument(info, 1);
    input.bytes.assign(bytes.begin(), bytes.end());
  }
  input.has_ended = BooleanArgument(info, 2);
  if (!info[3].IsFunction()) ThrowContract(env, "argument 3 must be a function");
  return WithIdleConnection(info, [&](Connection& connection) -> Napi::Value {
    if (!connection.MayUseKeys() || !CanMove(connection)) return Napi::Boolean::New(env, false);
    const auto handshake =
        std::make_shared<PoolHandshake>(info[0].As<Napi::Object>(), &ConnectionArgument(info),
                                        info[3].As<Napi::Function>(), std::move(input));
    return Napi::Boolean::New(env, Start(env, handshake));
  });
}

// takeBatches(take): sets the function that is called with the steps that have come back, as a flat
// array [done, step, done, step, ...]. It must call each `done` with its step, and not throw.
Napi::Value TakeBatches(const Info& info) {
  if (!info[0].IsFunction()) ThrowContract(info.Env(), "argument 0 must be a function");
  Environment::Of(info.Env()).mailbox().TakeBatches(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}

constexpr Entry kEntries[] = {
    {"connectionHandshakeOnPool", HandshakeOnPool},
    {"takeBatches", TakeBatches},
};

}  // namespace

void RegisterPoolHandshake(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
