// See object_identifier.h.
#include "native/trust/store/object_identifier.h"

#include <openssl/objects.h>

#include <array>
#include <string>

#include "native/openssl/error.h"

namespace hermetic::trust {
namespace {
constexpr int kDotted = 1;
}

std::string DottedText(const ASN1_OBJECT* object) {
  std::array<char, 128> text = {};
  const int len = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, kDotted);
  if (len < static_cast<int>(text.size())) return text.data();
  std::string long_text(static_cast<size_t>(len) + 1, '\0');
  OBJ_obj2txt(long_text.data(), len + 1, object, kDotted);
  long_text.pop_back();
  return long_text;
}

openssl::Asn1ObjectPtr ObjectOf(const std::string& dotted) {
  const openssl::ErrorMark mark;
  return openssl::Asn1ObjectPtr(OBJ_txt2obj(dotted.c_str(), kDotted));
}

}  // namespace hermetic::trust
