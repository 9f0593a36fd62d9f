// The compression of certificates for JavaScript (RFC 8879). Algorithms are the numbers of the RFC.
#include <cstddef>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/tls_handles.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/certificate_compression.h"
#include "native/tls/certificates/identity.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;

Napi::Value Algorithms(const Info& info) {
  Napi::Array list = Napi::Array::New(info.Env());
  for (const int algorithm : tls::CompressionAlgorithms())
    list.Set(list.Length(), Napi::Number::New(info.Env(), algorithm));
  return list;
}

Napi::Value SetAlgorithms(const Info& info) {
  const openssl::ErrorScope scope;
  const openssl::SecureBytes numbers = CopiedBytesArgument(info, 1);
  std::vector<int> algorithms(numbers.begin(), numbers.end());
  return ToValue(info.Env(), ContextChange(info)->SetCertificateCompression(std::move(algorithms)));
}

// contextCertificateMessages(context): the message of each chain, in the order of its adding.
Napi::Value Messages(const Info& info) {
  const openssl::ErrorScope scope;
  Napi::Array list = Napi::Array::New(info.Env());
  for (const tls::IdentityPtr& identity : ContextArgument(info, 0).certificates().identities()) {
    const Result<Bytes> message = tls::CertificateMessage(*identity);
    if (!message.ok()) return ToRecord(info.Env(), message.error());
    list.Set(list.Length(), ToBuffer(info.Env(), message.value()));
  }
  return list;
}

// contextAddCompressedChain(context, index, algorithm, compressed): one of those messages.
Napi::Value AddCompressedChain(const Info& info) {
  const openssl::ErrorScope scope;
  const size_t index = Uint32Argument(info, 1);
  const int algorithm = Int32Argument(info, 2);
  const openssl::SecureBytes compressed = CopiedBytesArgument(info, 3);
  return ToValue(info.Env(), ContextChange(info)->AddCompressedChain(index, algorithm, compressed));
}

constexpr Entry kEntries[] = {
    {"certificateCompressionAlgorithms", Algorithms},
    {"contextSetCertificateCompression", SetAlgorithms},
    {"contextCertificateMessages", Messages},
    {"contextAddCompressedChain", AddCompressedChain},
};

}  // namespace

void RegisterCertificateCompression(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
