// Certificates with their keys for JavaScript: handles of identities, which are then given to
// contexts. A handle is closed when it is no longer needed, so that a key does not stay in memory
// until the handle is collected.
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/kdf/scheduler.h"
#include "native/napi/convert.h"
#include "native/napi/derivation.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/mailbox.h"
#include "native/napi/throw.h"
#include "native/napi/tls_handles.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"
#include "native/threads/pool.h"
#include "native/tls/certificates/identity.h"
#include "native/tls/certificates/issuer.h"
#include "native/tls/certificates/key_input.h"
#include "native/tls/context/context.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using tls::IdentityPtr;
using tls::IdentitySource;
using tls::NamedBytes;

// The byte count is for an RSA key with a chain of two certificates.
constexpr HandleKind kIdentity = {{0x3c5e7a9102b4d6f8, 0x8e6d4c2b0a19f7e5}, "identity", 12288};

// Alternating names and bytes, up to the last argument; at least one input.
std::vector<NamedBytes> InputsFrom(const Info& info, size_t index) {
  std::vector<NamedBytes> inputs;
  do {
    inputs.push_back({StringArgument(info, index), CopiedBytesArgument(info, index + 1)});
    index += 2;
  } while (index < info.Length());
  return inputs;
}

std::optional<openssl::SecureBytes> PasswordArgument(const Info& info, size_t index) {
  if (IsMissing(info, index)) return std::nullopt;
  return CopiedBytesArgument(info, index);
}

// Returns the handle, false if a password is needed, or a record.
Napi::Value ToOutcome(Napi::Env env, Result<IdentityPtr> identity) {
  if (identity.ok() && *identity == nullptr) return Napi::Boolean::New(env, false);
  return ToHandleOrRecord(env, kIdentity, std::move(identity));
}

// The function that reads a source: ReadIdentity or ReadPkcs12Identity.
using Reader = Result<IdentityPtr> (*)(IdentitySource);

// key's name or null, key or null, password or null, allowsLegacy, name, certificates, name,
// certificates, ...
IdentitySource SourceArguments(const Info& info, size_t index) {
  IdentitySource source;
  if (IsMissing(info, index) != IsMissing(info, index + 1))
    ThrowContract(info.Env(), "a key and its name come together");
  if (!IsMissing(info, index + 1))
    source.key = NamedBytes{StringArgument(info, index), CopiedBytesArgument(info, index + 1)};
  source.password = PasswordArgument(info, index + 2);
  source.allows_legacy = BooleanArgument(info, index + 3);
  source.certificates = InputsFrom(info, index + 4);
  return source;
}

// identityRead(the arguments of a source)
Napi::Value Read(const Info& info) {
  const openssl::ErrorScope scope;
  return ToOutcome(info.Env(), tls::ReadIdentity(SourceArguments(info, 0)));
}

// identityReadPkcs12(name, bytes, password or null, allowsLegacy)
Napi::Value ReadPkcs12(const Info& info) {
  const openssl::ErrorScope scope;
  IdentitySource source;
  source.certificates = {{StringArgument(info, 0), CopiedBytesArgument(info, 1)}};
  source.password = PasswordArgument(info, 2);
  source.allows_legacy = BooleanArgument(info, 3);
  return ToOutcome(info.Env(), tls::ReadPkcs12Identity(std::move(source)));
}

// IdentityTask reads a source on the pool; the source owns copies of all arguments. The task can be
// stopped while it waits for a thread; an identity that is read after the stop is dropped there.
class IdentityTask final : public AsyncTask, public threads::Job {
 public:
  IdentityTask(Reader reader, IdentitySource source)
      : reader_(reader), source_(std::move(source)) {}

  void Run(std::shared_ptr<threads::Job> self) noexcept override {
    result_ = ReadUnlessStopped();
    kdf::Scheduler::Shared().Dismiss();
    Deliver(std::static_pointer_cast<IdentityTask>(std::move(self)));
  }

  void Stop(std::shared_ptr<MailboxItem> /*self*/) noexcept override { is_stopped_ = true; }

  Napi::Value Settle(Napi::Env env) override { return ToOutcome(env, std::move(result_)); }

 private:
  // The source is moved into a local variable, so that it is wiped when the reading ends and not
  // when the promise settles.
  Result<IdentityPtr> ReadUnlessStopped() noexcept {
    try {
      const openssl::ErrorScope scope;
      IdentitySource source = std::move(source_);
      if (!is_stopped_) {
        Result<IdentityPtr> read = reader_(std::move(source));
        if (!is_stopped_) return read;
      }
      return StateError("the loading was cancelled");
    } catch (const std::bad_alloc&) {
      return SystemError(ENOMEM, "malloc", "");
    }
  }

  const Reader reader_;
  IdentitySource source_;
  std::atomic<bool> is_stopped_ = false;
  Result<IdentityPtr> result_ = IdentityPtr();
};

// identityReadOnPool(isPkcs12, cancellation or null, the arguments of a source): a promise of what
// identityRead returns, or a record
Napi::Value ReadOnPool(const Info& info) {
  const Reader reader = BooleanArgument(info, 0) ? tls::ReadPkcs12Identity : tls::ReadIdentity;
  Cancellation* const cancellation = CancellationArgument(info, 1);
  return StartOnPool(info.Env(), cancellation, [&] {
    return std::make_shared<IdentityTask>(reader, SourceArguments(info, 2));
  });
}

Napi::Value IsPkcs12(const Info& info) {
  return Napi::Boolean::New(info.Env(), tls::IsPkcs12(CopiedBytesArgument(info, 0)));
}

Napi::Value Close(const Info& info) {
  CloseOwned(info.Env(), &OwnedArgument<IdentityPtr>(info, 0, kIdentity));
  return info.Env().Undefined();
}

// identityCertificates(identity): DER of the leaf, and of the others in sending order.
Napi::Value Certificates(const Info& info) {
  const openssl::ErrorScope scope;
  const auto* identity = OpenHandleArgument<IdentityPtr>(info, 0, kIdentity);
  if (identity == nullptr) return ToRecord(info.Env(), StateError("the identity is closed"));
  Napi::Array list = Napi::Array::New(info.Env());
  list.Set(list.Length(), ToDer(info.Env(), (*identity)->leaf.get()));
  const STACK_OF(X509)* others = (*identity)->intermediates.get();
  for (int i = 0; i < sk_X509_num(others); ++i)
    list.Set(list.Length(), ToDer(info.Env(), sk_X509_value(others, i)));
  return list;
}

Napi::Value Closed(Napi::Env env) { return ToRecord(env, StateError("the identity is closed")); }

Napi::Value Add(const Info& info) {
  const openssl::ErrorScope scope;
  const ContextChange context(info);
  const auto* identity = OpenHandleArgument<IdentityPtr>(info, 1, kIdentity);
  if (identity == nullptr) return Closed(info.Env());
  return ToValue(info.Env(), context->AddIdentity(*identity));
}

// contextReplaceIdentities(context, identity, identity, ...): any number of identities
Napi::Value Replace(const Info& info) {
  const openssl::ErrorScope scope;
  const ContextChange context(info);
  std::vector<IdentityPtr> identities;
  for (size_t i = 1; i < info.Length(); ++i) {
    if (IsMissing(info, i)) continue;
    const auto* identity = OpenHandleArgument<IdentityPtr>(info, i, kIdentity);
    if (identity == nullptr) return Closed(info.Env());
    identities.push_back(*identity);
  }
  return ToValue(info.Env(), context->ReplaceIdentities(std::move(identities)));
}

// Both return DER, or null: the certificate that was added last, and its issuer.
Napi::Value CertificateOf(const Info& info) {
  const auto& identities = ContextArgument(info, 0).certificates().identities();
  if (identities.empty()) return info.Env().Null();
  return ToDer(info.Env(), identities.back()->leaf.get());
}

Napi::Value IssuerOf(const Info& info) {
  const openssl::ErrorScope scope;
  const tls::Context& context = ContextArgument(info, 0);
  const auto& identities = context.certificates().identities();
  if (identities.empty()) return info.Env().Null();
  const Result<openssl::X509Ptr> issuer =
      tls::FindIssuer(*identities.back(), context.trust().store());
  if (!issuer.ok()) return ToRecord(info.Env(), issuer.error());
  return issuer.value() ? ToDer(info.Env(), issuer.value().get()) : info.Env().Null();
}

constexpr Entry kEntries[] = {
    {"identityRead", Read},
    {"identityReadPkcs12", ReadPkcs12},
    {"identityReadOnPool", ReadOnPool},
    {"isPkcs12", IsPkcs12},
    {"identityCertificates", Certificates},
    {"identityClose", Close},
    {"contextAddIdentity", Add},
    {"contextReplaceIdentities", Replace},
    {"contextCertificate", CertificateOf},
    {"contextIssuer", IssuerOf},
};

}  // namespace

void RegisterIdentity(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
