// See diagnosis.h.
#include "native/input/diagnosis.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "native/base/bytes.h"
#include "native/input/content.h"
#include "native/input/der.h"
#include "native/input/foreign_format.h"
#include "native/input/pem_layout.h"
#include "native/input/text.h"

namespace hermetic::input {
namespace {

bool IsText(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < ' ' && (byte < '\t' || byte > '\r') && byte != 0x1B;
  });
}

// Returns the content of the first block with a known label.
Content FirstContent(std::string_view text) {
  Content first = Content::kUnknown;
  for (auto line = NextBoundary(text, 0); line && first == Content::kUnknown;
       line = NextBoundary(text, line->end)) {
    if (line->is_begin) first = ContentOfLabel(line->label);
  }
  return first;
}

std::string NoBegin(Wanted wanted) {
  const char* label = ExampleLabel(wanted);
  const std::string none = std::string("holds no ") + NounOf(wanted);
  return label == nullptr ? none : none + " (\"BEGIN " + label + "\")";
}

// Finds hyphens that an editor has changed, removed or added, and lower case.
bool HasDamagedBoundary(std::string_view text) {
  for (size_t at = text.find("BEGIN "); at != std::string_view::npos;
       at = text.find("BEGIN ", at + 1)) {
    const std::string_view label = text.substr(at + 6, 40);
    for (const std::string_view word : {"CERTIFICATE", "PRIVATE KEY", "X509 CRL", "PARAMETERS"}) {
      if (label.find(word) != std::string_view::npos) return true;
    }
  }
  return text.find("-----begin ") != std::string_view::npos;
}

// Finds BEGIN in UTF-16, of either byte order.
bool HoldsWideBegin(std::string_view text) {
  constexpr std::string_view kBegin("-\0B\0E\0G\0I\0N\0 ", 13);
  return text.find(kBegin) != std::string_view::npos;
}

std::string WhyNoText(ByteView bytes, Wanted wanted) {
  const std::string_view text = TextOf(bytes);
  const std::optional<BoundaryLine> first = NextBoundary(text, 0);
  const std::optional<BoundaryLine> misplaced = FindMisplaced(text, wanted);
  if (misplaced) return WhyMisplaced(text, *misplaced);
  const Content content = FirstContent(text);
  if (content != Content::kUnknown && !Takes(wanted, content)) return Misfit(wanted, content);
  if (first && !first->is_begin) return "has an END line without its BEGIN line: it is cut off";
  if (first && content == Content::kUnknown)
    return std::string("holds no ") + NounOf(wanted) +
           " but a block with an unknown label in line " +
           std::to_string(LineNumber(text, first->begin));
  if (first) return WhyMisplaced(text, *first);
  if (HasDamagedBoundary(text))
    return "has a damaged BEGIN line: five hyphens belong on both sides of BEGIN and its label, in "
           "capital letters";
  if (std::optional<std::string> bare = BareEncoding(bytes)) return *bare;
  if (!IsText(text)) return "is neither PEM nor DER";
  return NoBegin(wanted);
}

std::string WhyNoDer(ByteView der, Wanted wanted) {
  const Content content = ContentOfDer(der);
  if (wanted == Wanted::kDhParameters && content == Content::kUnknown)
    return "is DER: openssl dhparam -inform DER -in FILE -out dh.pem writes it as PEM";
  if (content != Content::kUnknown && !Takes(wanted, content)) return Misfit(wanted, content);
  std::string why = WhyUndecodable(der);
  if (content != Content::kUnknown && !why.starts_with("it is cut")) why = "it is damaged";
  return std::string("holds no ") + NounOf(wanted) + " that can be read as DER" +
         (why.empty() ? "" : ": " + why);
}

}  // namespace

std::string WhyNothing(ByteView bytes, Wanted wanted) {
  if (std::optional<std::string> foreign = ForeignFormat(bytes)) return *foreign;
  if (IsDer(bytes)) return WhyNoDer(bytes, wanted);
  if (wanted == Wanted::kPkcs12 && NextBoundary(TextOf(bytes), 0))
    return "holds no PKCS#12 but PEM: give it as cert and key";
  return WhyNoText(bytes, wanted);
}

BrokenBlock FindBroken(ByteView bytes, size_t from) {
  const std::string_view text = TextOf(bytes);
  BrokenBlock first;
  for (auto line = NextBoundary(text, from); line; line = NextBoundary(text, line->end)) {
    if (!line->is_begin || (line->begin != 0 && text[line->begin - 1] != '\n')) continue;
    const std::string why =
        StandsAlone(text, *line) ? WhyBroken(text, *line) : "it " + WhyMisplaced(text, *line);
    if (!why.empty()) return {ContentOfLabel(line->label), why};
    if (first.content == Content::kUnknown) first.content = ContentOfLabel(line->label);
  }
  return first;
}

std::string WhyUndecodable(ByteView der) {
  const std::optional<size_t> announced = AnnouncedLength(der);
  if (announced && *announced > der.size())
    return "it is cut short: " + std::to_string(der.size()) + " bytes of " +
           std::to_string(*announced);
  const Content content = ContentOfDer(der);
  if (content != Content::kUnknown) return std::string("it holds ") + NameOf(content);
  return IsDer(der) ? "" : "it is not DER";
}

std::optional<std::string> WhyPassedOver(ByteView bytes, Wanted wanted) {
  const std::string_view text = TextOf(bytes);
  const auto in_line = [&](size_t position) {
    return "in line " + std::to_string(LineNumber(text, position));
  };
  if (const std::optional<BoundaryLine> line = FindMisplaced(text, wanted))
    return "a block " + in_line(line->begin) + " that " + WhyMisplaced(text, *line);
  if (const std::optional<BoundaryLine> line = FindStrayEnd(text, wanted))
    return "an END line without its BEGIN line " + in_line(line->begin);
  if (HoldsWideBegin(text)) return "a part in UTF-16: save it as UTF-8 before it is joined";
  return std::nullopt;
}

std::string WhyNoKey(ByteView text) {
  if (std::optional<std::string> passed_over = WhyPassedOver(text, Wanted::kPrivateKey))
    return "holds " + *passed_over;
  for (auto line = NextBoundary(TextOf(text), 0); line;
       line = NextBoundary(TextOf(text), line->end)) {
    if (line->is_begin && ContentOfLabel(line->label) == Content::kOpensshKey)
      return Misfit(Wanted::kPrivateKey, Content::kOpensshKey);
  }
  return NoBegin(Wanted::kPrivateKey) + ": give the key too";
}

}  // namespace hermetic::input
