// See certificate_der.h.
#include "native/trust/store/certificate_der.h"

#include <openssl/asn1.h>

#include <optional>

#include "native/base/bytes.h"
#include "native/openssl/error.h"

namespace hermetic::trust {
namespace {

struct Element {
  ByteView whole;
  ByteView content;
  int tag = 0;
  int tag_class = 0;

  bool IsSequence() const { return tag_class == V_ASN1_UNIVERSAL && tag == V_ASN1_SEQUENCE; }
};

// Take reads the first element of `rest` and moves `rest` past it.
std::optional<Element> Take(ByteView* rest) {
  Element element;
  const unsigned char* content = rest->data();
  long content_len = 0;
  const int flags = ASN1_get_object(&content, &content_len, &element.tag, &element.tag_class,
                                    static_cast<long>(rest->size()));
  if ((flags & 0x80) != 0 || (flags & 1) != 0)
    return std::nullopt;  // broken, or an indefinite length
  element.content = {content, static_cast<size_t>(content_len)};
  const auto len = static_cast<size_t>(content - rest->data()) + element.content.size();
  element.whole = rest->first(len);
  *rest = rest->subspan(len);
  return element;
}

std::optional<Element> TakeSequence(ByteView* rest) {
  std::optional<Element> element = Take(rest);
  return element && element->IsSequence() ? element : std::nullopt;
}

bool IsVersion(const Element& element) {
  return element.tag_class == V_ASN1_CONTEXT_SPECIFIC && element.tag == 0;
}

}  // namespace

std::optional<CertificateOutline> OutlineOf(ByteView der) {
  const openssl::ErrorMark mark;
  const std::optional<Element> certificate = TakeSequence(&der);
  if (!certificate) return std::nullopt;
  ByteView parts = certificate->content;
  const std::optional<Element> to_be_signed = TakeSequence(&parts);
  if (!to_be_signed) return std::nullopt;
  ByteView fields = to_be_signed->content;
  std::optional<Element> serial = Take(&fields);
  if (serial && IsVersion(*serial)) serial = Take(&fields);
  if (!serial || serial->tag != V_ASN1_INTEGER) return std::nullopt;
  if (!TakeSequence(&fields)) return std::nullopt;  // the algorithm of the signature
  if (!TakeSequence(&fields)) return std::nullopt;  // the issuer
  if (!TakeSequence(&fields)) return std::nullopt;  // the validity
  const std::optional<Element> subject = TakeSequence(&fields);
  if (!subject) return std::nullopt;
  return CertificateOutline{certificate->whole, subject->whole};
}

}  // namespace hermetic::trust
