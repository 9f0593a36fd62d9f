// Certificates with their keys as JavaScript sees them: handles of what was read, which contexts
// are given. A handle is closed when it is no longer needed, so that a key does not stay in memory
// until it is collected.
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/input/named_bytes.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/throw.h"
#include "native/napi/tls_handles.h"
#include "native/tls/context.h"
#include "native/tls/identity.h"
#include "native/tls/key_input.h"

namespace hermetic::glue {
namespace {

using Info = Napi::CallbackInfo;
using tls::IdentityPtr;
using tls::IdentitySource;
using tls::NamedBytes;

// The byte count is that of an RSA key with a chain of two.
constexpr HandleKind kIdentity = {{0x3c5e7a9102b4d6f8, 0x8e6d4c2b0a19f7e5}, "identity", 12288};

// Names and bytes by turns, up to the last argument; one input at least.
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

// The handle, false when a password is needed, or a record.
Napi::Value ToOutcome(Napi::Env env, openssl::Result<IdentityPtr> identity) {
  if (identity.ok() && *identity == nullptr) return Napi::Boolean::New(env, false);
  return ToHandleOrRecord(env, kIdentity, std::move(identity));
}

// identityRead(key's name or null, key or null, password or null, allowsLegacy, name, certificates,
// name, certificates, ...)
Napi::Value Read(const Info& info) {
  const openssl::ErrorScope scope;
  IdentitySource source;
  if (IsMissing(info, 0) != IsMissing(info, 1))
    ThrowContract(info.Env(), "a key and its name come together");
  if (!IsMissing(info, 1))
    source.key = NamedBytes{StringArgument(info, 0), CopiedBytesArgument(info, 1)};
  source.password = PasswordArgument(info, 2);
  source.allows_legacy = BooleanArgument(info, 3);
  source.certificates = InputsFrom(info, 4);
  return ToOutcome(info.Env(), tls::ReadIdentity(std::move(source)));
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

Napi::Value IsPkcs12(const Info& info) {
  return Napi::Boolean::New(info.Env(), tls::IsPkcs12(CopiedBytesArgument(info, 0)));
}

Napi::Value Close(const Info& info) {
  CloseOwned(info.Env(), &OwnedArgument<IdentityPtr>(info, 0, kIdentity));
  return info.Env().Undefined();
}

Napi::Value Closed(Napi::Env env) {
  return ToRecord(env, openssl::StateError("the identity is closed"));
}

Napi::Value Add(const Info& info) {
  const openssl::ErrorScope scope;
  tls::Context& context = *ContextArgument(info, 0);
  const auto* identity = OpenHandleArgument<IdentityPtr>(info, 1, kIdentity);
  if (identity == nullptr) return Closed(info.Env());
  return ToValue(info.Env(), context.AddIdentity(*identity));
}

// contextReplaceIdentities(context, identity, identity, ...): none or any number
Napi::Value Replace(const Info& info) {
  const openssl::ErrorScope scope;
  tls::Context& context = *ContextArgument(info, 0);
  std::vector<IdentityPtr> identities;
  for (size_t i = 1; i < info.Length(); ++i) {
    if (IsMissing(info, i)) continue;
    const auto* identity = OpenHandleArgument<IdentityPtr>(info, i, kIdentity);
    if (identity == nullptr) return Closed(info.Env());
    identities.push_back(*identity);
  }
  return ToValue(info.Env(), context.ReplaceIdentities(std::move(identities)));
}

constexpr Entry kEntries[] = {
    {"identityRead", Read},      {"identityReadPkcs12", ReadPkcs12},
    {"isPkcs12", IsPkcs12},      {"identityClose", Close},
    {"contextAddIdentity", Add}, {"contextReplaceIdentities", Replace},
};

}  // namespace

void RegisterIdentity(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::glue
