// Reads certificate files without a context, and explains why input cannot be used.
#include <string>

#include "native/base/result.h"
#include "native/input/certificates.h"
#include "native/input/content.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/tls_handles.h"
#include "native/openssl/error.h"
#include "native/tls/certificates/certificate_input.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;

// readCertificates(name, bytes): an array of DER, or a record
Napi::Value ReadCertificates(const Info& info) {
  const openssl::ErrorScope scope;
  const Napi::Env env = info.Env();
  Result<tls::CertificateList> list =
      tls::ReadCertificates({{StringArgument(info, 0), CopiedBytesArgument(info, 1)}});
  if (!list.ok()) return ToRecord(env, list.error());
  Napi::Array ders = Napi::Array::New(env);
  for (const openssl::X509Ptr& certificate : list->certificates) {
    const Napi::Value der = ToDer(env, certificate.get());
    if (IsRecord(der)) return der;
    ders.Set(ders.Length(), der);
  }
  return ders;
}

// whyNoCertificates(bytes): the remark of the failure, or an empty string
Napi::Value WhyNoCertificates(const Info& info) {
  const openssl::ErrorScope scope;
  const input::CertificateReading reading =
      input::ReadCertificates(CopiedBytesArgument(info, 0), input::Wanted::kCertificate);
  return Napi::String::New(info.Env(), reading.failure ? reading.failure->remark : "");
}

constexpr Entry kEntries[] = {
    {"readCertificates", ReadCertificates},
    {"whyNoCertificates", WhyNoCertificates},
};

}  // namespace

void RegisterInput(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
