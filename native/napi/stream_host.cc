// See stream_host.h.
#include "native/napi/stream_host.h"

#include <napi.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/napi/tls_handles.h"
#include "native/stream/stream_set.h"
#include "native/tls/connection/connection.h"

namespace hermetic::napi {
namespace {

// A change is three numbers: of the stream, flags, errno (lib/ssl/transport/native-streams.ts).
constexpr size_t kFields = 3;
constexpr int32_t kMayReceive = 1;
constexpr int32_t kHasSent = 2;
constexpr int32_t kIsDrained = 4;
constexpr int32_t kHasEnded = 8;

int32_t FlagsOf(const stream::Change& change) {
  return (change.may_receive ? kMayReceive : 0) | (change.has_sent ? kHasSent : 0) |
         (change.is_drained ? kIsDrained : 0) | (change.has_ended ? kHasEnded : 0);
}

}  // namespace

Napi::Value StreamHost::TakeChanges(Napi::Env env, Napi::Function take) {
  env_ = env;
  take_ = Napi::Persistent(take);
  if (changes_.IsEmpty()) {
    changes_ =
        Napi::Persistent(Napi::Int32Array::New(env, kFields * stream::StreamSet::kMostChanges));
  }
  return changes_.Value();
}

Result<stream::StreamSet*> StreamHost::Set(Napi::Env env) {
  if (is_open_) return &set_;
  if (take_.IsEmpty()) return StateError("no function takes the changes");
  const Status opened = set_.Open();
  if (!opened.ok()) return opened.error();
  if (!watch_.Open(env, set_.descriptor(), OnReady, this)) {
    return SystemError(ENOSYS, "uv_poll_init", "");
  }
  is_open_ = true;
  napi_add_env_cleanup_hook(env, OnEnvironmentEnd, this);
  return &set_;
}

// The loop goes on for a while, but JavaScript does not.
void StreamHost::OnEnvironmentEnd(void* data) {
  auto* host = static_cast<StreamHost*>(data);
  host->watch_.Close();
  host->take_.Reset();
  host->users_.clear();
  host->user_handles_.clear();
}

void StreamHost::SetUser(uint32_t number, Napi::Object handle, Owned<tls::Connection>* user) {
  if (users_.size() <= number) {
    user_handles_.resize(number + 1);
    users_.resize(number + 1);  // last: its size counts, should memory run out
  }
  user_handles_[number] = Napi::Persistent(handle);
  users_[number] = user;
}

Owned<tls::Connection>* StreamHost::User(uint32_t number) const {
  if (number >= users_.size() || users_[number] == nullptr) return nullptr;
  // A handle in the scope of the caller, which needs the user also if JavaScript closes the stream.
  [[maybe_unused]] const Napi::Object kept = user_handles_[number].Value();
  return users_[number];
}

Bytes StreamHost::Remove(uint32_t number) {
  if (number < users_.size()) {
    users_[number] = nullptr;
    user_handles_[number].Reset();
  }
  return set_.Remove(number);
}

void StreamHost::OnReady(void* data) noexcept { static_cast<StreamHost*>(data)->Report(); }

void StreamHost::Report() noexcept {
  try {
    const Napi::HandleScope scope(env_);
    const std::span<const stream::Change> changes = set_.Wait();
    if (changes.empty()) return;
    Napi::Int32Array array = changes_.Value();
    if (array.ElementLength() < kFields * changes.size()) return;
    int32_t* next = array.Data();
    for (const stream::Change& change : changes) {
      *next++ = static_cast<int32_t>(change.number);
      *next++ = FlagsOf(change);
      *next++ = change.error;
    }
    const auto count = static_cast<uint32_t>(changes.size());
    for (uint32_t index = 0; index < count && Call(index); ++index) {
    }
  } catch (const std::exception& refused) {  // no memory, or an environment that is ending
    static_cast<void>(refused);
  }
}

// Not Napi::Function::Call: promises and process.nextTick have to run afterwards. Their error is an
// uncaught exception of the process, although Node-API has caught it. Returns false if an
// environment that is ending refuses the call.
bool StreamHost::Call(uint32_t index) {
  const Napi::HandleScope scope(env_);
  napi_value result = nullptr;
  const napi_value argument = Napi::Number::New(env_, index);
  const napi_status status =
      napi_make_callback(env_, nullptr, env_.Global(), take_.Value(), 1, &argument, &result);
  if (status == napi_ok) return true;
  bool has_thrown = false;
  napi_value thrown = nullptr;
  if (napi_is_exception_pending(env_, &has_thrown) != napi_ok || !has_thrown ||
      napi_get_and_clear_last_exception(env_, &thrown) != napi_ok) {
    return false;
  }
  return napi_fatal_exception(env_, thrown) == napi_ok;
}

}  // namespace hermetic::napi
