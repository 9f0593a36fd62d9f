// See digest_shape.h.
#include "native/kdf/digest_shape.h"

#include <openssl/obj_mac.h>

#include <optional>

namespace hermetic::kdf {

std::optional<ShapeId> FindShape(const EVP_MD* md) {
  switch (EVP_MD_get_type(md)) {
    case NID_sha1:
      return ShapeId::kSha1;
    case NID_sha224:
      return ShapeId::kSha224;
    case NID_sha256:
      return ShapeId::kSha256;
    case NID_sha384:
      return ShapeId::kSha384;
    case NID_sha512:
      return ShapeId::kSha512;
    case NID_sha512_224:
      return ShapeId::kSha512t224;
    case NID_sha512_256:
      return ShapeId::kSha512t256;
    default:
      return std::nullopt;
  }
}

}  // namespace hermetic::kdf
