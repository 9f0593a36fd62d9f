// Settings of key exchange and signatures: groups, signature algorithms, parameters of finite-field
// Diffie-Hellman.
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/base/split.h"
#include "native/input/content.h"
#include "native/input/diagnosis.h"
#include "native/input/named_bytes.h"
#include "native/openssl/error.h"
#include "native/openssl/pem_input.h"
#include "native/tls/certificates/key_input.h"
#include "native/tls/context/context.h"

namespace hermetic::tls {
namespace {

using input::NamedBytes;
using openssl::CaptureError;
using openssl::PkeyPtr;

struct DhEncoding {
  Bytes der;
  const char* key_type;
};

// Makes the error from OpenSSL's error queue.
Error DhError(const NamedBytes& pem) {
  const bool holds_none = openssl::NewestIs(ERR_LIB_PEM, PEM_R_NO_START_LINE);
  Error error = CaptureError("the PEM could not be parsed");
  error.message += ": " + pem.name + " ";
  if (holds_none) {
    error.message += input::WhyNothing(pem.bytes, input::Wanted::kDhParameters);
    return error;
  }
  const std::string why = input::FindBroken(pem.bytes, 0).why;
  error.message += "cannot be read" + (why.empty() ? "" : ": " + why);
  return error;
}

// Reads the first parameters of the text, PKCS #3 or X9.42.
Result<DhEncoding> ReadDhPem(const NamedBytes& pem) {
  Result<openssl::BioPtr> bio = openssl::MemoryOf(pem.bytes);
  if (!bio.ok()) return bio.error();
  unsigned char* data = nullptr;
  char* name = nullptr;
  long len = 0;
  const int is_read = PEM_bytes_read_bio(&data, &len, &name, PEM_STRING_DHPARAMS, bio->get(),
                                         openssl::RefusePassword, nullptr);
  if (is_read != 1) return DhError(pem);
  const openssl::OpensslMemoryPtr<unsigned char> data_owner(data);
  const openssl::OpensslMemoryPtr<char> name_owner(name);
  const bool is_x942 = std::string_view(name) == PEM_STRING_DHXPARAMS;
  return DhEncoding{Bytes(data, data + len), is_x942 ? "DHX" : "DH"};
}

Result<PkeyPtr> DecodeDh(const DhEncoding& encoding) {
  EVP_PKEY* decoded = nullptr;
  const openssl::DecoderCtxPtr decoder(
      OSSL_DECODER_CTX_new_for_pkey(&decoded, "DER", "type-specific", encoding.key_type,
                                    OSSL_KEYMGMT_SELECT_ALL_PARAMETERS, nullptr, nullptr));
  const unsigned char* data = encoding.der.data();
  size_t len = encoding.der.size();
  const bool is_decoded = decoder && OSSL_DECODER_from_data(decoder.get(), &data, &len) == 1;
  PkeyPtr parameters(decoded);
  if (!is_decoded || !parameters) return CaptureError("the DH parameters could not be decoded");
  return parameters;
}

}  // namespace

Status Context::SetGroups(const std::string& list) {
  if (SSL_CTX_set1_groups_list(native(), list.c_str()) != 1)
    return openssl::SslError("unrecognized group");
  return Ok();
}

Status Context::SetEcdhCurve(const std::string& name) {
  int nid = OBJ_sn2nid(name.c_str());
  if (nid == NID_undef) return ValueError("unknown elliptic curve name '" + name + "'");
  if (SSL_CTX_set1_groups(native(), &nid, 1) != 1) {
    return CaptureError("'" + name + "' is not a group of the key exchange");
  }
  return Ok();
}

Result<std::vector<std::string>> Context::Groups(bool with_aliases) const {
  const openssl::CstringStackPtr names(sk_OPENSSL_CSTRING_new_null());
  if (!names || SSL_CTX_get0_implemented_groups(native(), with_aliases ? 1 : 0, names.get()) != 1) {
    return CaptureError("the groups could not be listed");
  }
  std::vector<std::string> list;
  list.reserve(static_cast<size_t>(sk_OPENSSL_CSTRING_num(names.get())));
  for (int i = 0; i < sk_OPENSSL_CSTRING_num(names.get()); ++i) {
    list.emplace_back(sk_OPENSSL_CSTRING_value(names.get(), i));
  }
  return list;
}

Status Context::SetServerSigalgs(const std::string& list) {
  sessions_.SettingsChange();
  if (SSL_CTX_set1_sigalgs_list(native(), list.c_str()) != 1)
    return openssl::SslError("unrecognized signature algorithm");
  server_sigalgs_ = list;
  return Ok();
}

Status Context::SetClientSigalgs(const std::string& list) {
  sessions_.SettingsChange();
  if (SSL_CTX_set1_client_sigalgs_list(native(), list.c_str()) != 1)
    return openssl::SslError("unrecognized signature algorithm");
  client_sigalgs_ = list;
  return Ok();
}

Result<std::vector<std::string>> Sigalgs() {
  const openssl::OpensslMemoryPtr<char> joined(SSL_get1_builtin_sigalgs(nullptr));
  if (!joined) return CaptureError("the signature algorithms could not be listed");
  return SplitText(joined.get(), ':');
}

Result<int> Context::LoadDhParams(const NamedBytes& pem) {
  Result<DhEncoding> encoding = ReadDhPem(pem);
  if (!encoding.ok()) return encoding.error();
  Result<PkeyPtr> parameters = DecodeDh(*encoding);
  if (!parameters.ok()) {
    Error error = parameters.error();
    error.message += ": " + pem.name;
    return error;
  }
  if (SSL_CTX_set0_tmp_dh_pkey(native(), parameters->get()) != 1)
    return CaptureError("the DH parameters could not be used");
  const EVP_PKEY* owned_by_context = parameters->release();
  return EVP_PKEY_get_bits(owned_by_context);
}

}  // namespace hermetic::tls
