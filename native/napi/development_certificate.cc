// Development certificates as JavaScript sees them: objects { certificate, key } of PEM, the key as
// bytes.
#include "native/tls/certificates/development_certificate.h"

#include <cstdint>
#include <string>
#include <vector>

#include "native/base/result.h"
#include "native/base/split.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/openssl/error.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;

constexpr int64_t kMostDays = 3650;

Napi::Value ToPair(Napi::Env env, const Result<tls::PemPair>& pair) {
  if (!pair.ok()) return ToRecord(env, pair.error());
  Napi::Object object = Napi::Object::New(env);
  object.Set("certificate", Napi::String::New(env, pair.value().certificate));
  object.Set("key", ToBuffer(env, pair.value().key));
  return object;
}

int DaysArgument(const Info& info, size_t index) {
  return static_cast<int>(IntegerWithin(info, index, 1, kMostDays));
}

// developmentAuthority(name, permitted subtrees separated by line feeds, days)
Napi::Value Authority(const Info& info) {
  const openssl::ErrorScope scope;
  const std::vector<std::string> permitted = SplitText(StringArgument(info, 1), '\n');
  return ToPair(info.Env(), tls::MakeDevelopmentAuthority(StringArgument(info, 0), permitted,
                                                          DaysArgument(info, 2)));
}

// developmentCertificate(authority's certificate, its key, names separated by line feeds, days)
Napi::Value Certificate(const Info& info) {
  const openssl::ErrorScope scope;
  const tls::PemPair authority{StringArgument(info, 0), CopiedBytesArgument(info, 1)};
  const std::vector<std::string> names = SplitText(StringArgument(info, 2), '\n');
  return ToPair(info.Env(),
                tls::IssueDevelopmentCertificate(authority, names, DaysArgument(info, 3)));
}

constexpr Entry kEntries[] = {
    {"developmentAuthority", Authority},
    {"developmentCertificate", Certificate},
};

}  // namespace

void RegisterDevelopmentCertificate(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
