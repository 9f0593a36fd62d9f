// The certificate stores of Windows for JavaScript.
#include <cstdint>
#include <vector>

#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/trust_values.h"
#include "native/trust/windows/enum_stores.h"

namespace hermetic::napi {
namespace {

Napi::String ToValue(Napi::Env env, trust::StoreEncoding encoding) {
  return Napi::String::New(env,
                           encoding == trust::StoreEncoding::kX509 ? "x509_asn" : "pkcs_7_asn");
}

// enumCertificates(store): [{ der, encoding, trust }] or a record; `trust` is null for all purposes
Napi::Value EnumCertificates(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto found = trust::EnumCertificates(StringArgument(info, 0));
  if (!found.ok()) return ToRecord(env, found.error());
  Napi::Array list = Napi::Array::New(env, found->size());
  for (uint32_t i = 0; i < found->size(); ++i) {
    const trust::StoreCertificate& certificate = (*found)[i];
    Napi::Object object = Napi::Object::New(env);
    object.Set("der", ToBuffer(env, certificate.der));
    object.Set("encoding", ToValue(env, certificate.encoding));
    object.Set("trust", certificate.trusted_for
                            ? Napi::Value(ToArray(env, *certificate.trusted_for))
                            : Napi::Value(env.Null()));
    list.Set(i, object);
  }
  return list;
}

// enumCrls(store): [{ der, encoding }] or a record
Napi::Value EnumCrls(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto found = trust::EnumCrls(StringArgument(info, 0));
  if (!found.ok()) return ToRecord(env, found.error());
  Napi::Array list = Napi::Array::New(env, found->size());
  for (uint32_t i = 0; i < found->size(); ++i) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("der", ToBuffer(env, (*found)[i].der));
    object.Set("encoding", ToValue(env, (*found)[i].encoding));
    list.Set(i, object);
  }
  return list;
}

constexpr Entry kEntries[] = {
    {"enumCertificates", EnumCertificates},
    {"enumCrls", EnumCrls},
};

}  // namespace

void RegisterWindowsStores(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
