// See pem_layout.h.
#include "native/input/pem_layout.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "native/input/content.h"
#include "native/input/text.h"

namespace hermetic::input {
namespace {

constexpr std::string_view kHyphens = "-----";
constexpr std::string_view kBegin = "BEGIN ";
constexpr std::string_view kEnd = "END ";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kProcType = "Proc-Type:";
constexpr size_t kLongestLabel = 80;
constexpr size_t kLeastBase64 = 16;

// The remedies, as JavaScript that a caller can copy; test/api/ssl/context/damaged-pem.test.ts runs
// them.
constexpr const char* kUnescape =
    ": replace them with line breaks, as in text.replace(/(\\\\+r)?\\\\+n/g, '\\n')";
constexpr const char* kUnescapeJson = ": decode it, as in JSON.parse(text)";
constexpr const char* kNewlines = ": put line breaks there, as in text.replaceAll('\\r', '\\n')";
constexpr const char* kUnblank =
    ": put the line breaks back, as in "
    "text.replace(/(-----[A-Z0-9# ]+-----)|\\s+/g, (_, line) => line ?? '\\n')";
constexpr const char* kUnblankHeader =
    ": put the line breaks back, and an empty line after the DEK-Info line";
constexpr const char* kUnindent = ": remove the blanks, as in text.replace(/^[ \\t]+/gm, '')";
constexpr const char* kUnprefix = ": remove that, as in text.replace(/^[>#*;| \\t]+/gm, '')";
constexpr const char* kBreakLines =
    ": put each BEGIN and END on a line of its own, as in "
    "text.replace(/\\s*(-----(BEGIN|END) [A-Z0-9# ]+-----)\\s*/g, '\\n$1\\n')";
constexpr const char* kJoinLines = ": remove empty lines, as in text.replace(/\\n\\s*\\n/g, '\\n')";

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Returns whether a line begins after this text. OpenSSL skips a byte order mark when it looks for
// the first line of a block: at the beginning, and after an END line.
bool BeginsLine(std::string_view before) {
  if (before.empty() || before.ends_with('\n')) return true;
  if (!before.ends_with(kByteOrderMark)) return false;
  before.remove_suffix(kByteOrderMark.size());
  return before.empty() || before.ends_with("-----\n") || before.ends_with("-----\r\n");
}

std::string_view LinePrefix(std::string_view text, const BoundaryLine& line) {
  const size_t newline =
      line.begin == 0 ? std::string_view::npos : text.rfind('\n', line.begin - 1);
  const size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  return text.substr(begin, line.begin - begin);
}

std::string_view LineSuffix(std::string_view text, const BoundaryLine& line) {
  return text.substr(line.end, text.find('\n', line.end) - line.end);
}

size_t SkipSpace(std::string_view text, size_t position) {
  while (position < text.size() && IsSpace(text[position])) ++position;
  return position;
}

// Returns whether an escaped line break, "\n" as two characters, follows.
bool IsEscapedBreak(std::string_view text) {
  const size_t begin = text.find_first_not_of('\\');
  return begin != 0 && begin != std::string_view::npos &&
         (text[begin] == 'n' || text[begin] == 'r');
}

// Returns the position after white space and escaped line breaks.
size_t SkipBreaks(std::string_view text, size_t position) {
  for (;;) {
    position = SkipSpace(text, position);
    if (!IsEscapedBreak(text.substr(position))) return position;
    position = text.find_first_not_of('\\', position) + 1;
  }
}

// Returns whether the content of a block follows: base64, or the header of an encrypted key.
bool IsFollowedByContent(std::string_view text, size_t position) {
  const std::string_view behind = text.substr(SkipBreaks(text, position), kLeastBase64);
  return behind.starts_with(kProcType) ||
         (behind.size() == kLeastBase64 && IsAll(behind, IsBase64));
}

// Returns whether the text has a quotation mark on both sides.
bool IsQuoted(std::string_view text, const BoundaryLine& line) {
  const std::string_view prefix = LinePrefix(text, line);
  return !prefix.empty() && (prefix.back() == '"' || prefix.back() == '\'' || prefix.back() == '`');
}

const char* NameOf(const BoundaryLine& line) { return line.is_begin ? "BEGIN line" : "END line"; }

// Returns whether the text is a prefix of lines in mail or comments.
bool IsPrefix(std::string_view text) {
  constexpr size_t kLongest = 16;
  return !text.empty() && text.size() <= kLongest &&
         text.find_first_not_of(">#*;| \t") == std::string_view::npos;
}

bool BeginsNextLine(std::string_view text, const BoundaryLine& line, std::string_view prefix) {
  const size_t newline = text.find('\n', line.end);
  return newline != std::string_view::npos && text.substr(newline + 1).starts_with(prefix);
}

std::string QuoteOf(std::string_view label) {
  return ContentOfLabel(label) == Content::kUnknown ? "" : std::string(" ").append(label);
}

std::string LineText(std::string_view text, size_t position) {
  return "line " + std::to_string(LineNumber(text, position));
}

// Lines before the base64, such as "DEK-Info: ..." (RFC 1421, 4.4), end with an empty line.
size_t SkipHeader(std::string_view body) {
  if (!body.substr(SkipSpace(body, 0)).starts_with(kProcType)) return 0;
  const size_t end = std::min(body.find("\n\n"), body.find("\n\r\n"));
  return end == std::string_view::npos ? 0 : body.find('\n', end + 1);
}

// Returns the position of the first empty line.
std::optional<size_t> FindEmptyLine(std::string_view text) {
  for (size_t newline = text.find('\n'); newline != std::string_view::npos;) {
    const size_t next = text.find('\n', newline + 1);
    if (next == std::string_view::npos) break;
    if (IsAll(text.substr(newline, next - newline), IsSpace)) return next;
    newline = next;
  }
  return std::nullopt;
}

// Returns the defect between BEGIN and END line; `offset` is the position of the base64 in the
// text.
std::string WhyBase64(std::string_view text, size_t offset, std::string_view base64) {
  size_t count = 0;
  size_t padding = 0;
  for (size_t i = 0; i < base64.size(); ++i) {
    const char c = base64[i];
    if (IsSpace(c)) continue;
    if (c == '=') {
      ++padding;
    } else if (!IsBase64(c)) {
      if (IsEscapedBreak(base64.substr(i)))
        return std::string("has line breaks as the characters \\n") + kUnescape;
      return LineText(text, offset + i) + " has a character that is not base64";
    } else if (padding > 0) {
      return LineText(text, offset + i) + " continues after the end of the base64 (\"=\")";
    }
    ++count;
  }
  if (count == 0) return "nothing is between its BEGIN and its END line";
  if (const std::optional<size_t> empty_line = FindEmptyLine(base64))
    return LineText(text, offset + *empty_line) + " is empty" + kJoinLines;
  if (count % 4 != 0 || padding > 2)
    return "its base64 is incomplete: characters were lost or added";
  return "";
}

}  // namespace

std::optional<BoundaryLine> NextBoundary(std::string_view text, size_t from) {
  for (size_t at = text.find(kHyphens, from); at != std::string_view::npos;
       at = text.find(kHyphens, at + 1)) {
    std::string_view behind = text.substr(at + kHyphens.size());
    const bool is_begin = behind.starts_with(kBegin);
    if (!is_begin && !behind.starts_with(kEnd)) continue;
    const size_t label_begin = at + kHyphens.size() + (is_begin ? kBegin.size() : kEnd.size());
    const std::string_view limited = text.substr(label_begin, kLongestLabel + kHyphens.size());
    const size_t label_len = limited.find(kHyphens);
    if (label_len == std::string_view::npos || label_len != limited.find_first_of("-\r\n\\"))
      continue;
    return BoundaryLine{at, label_begin + label_len + kHyphens.size(), is_begin,
                        limited.substr(0, label_len)};
  }
  return std::nullopt;
}

bool StandsAlone(std::string_view text, const BoundaryLine& line) {
  if (!BeginsLine(text.substr(0, line.begin))) return false;
  for (size_t i = line.end; i < text.size() && text[i] != '\n'; ++i) {
    if (!IsSpace(text[i])) return false;
  }
  return true;
}

std::string WhyMisplaced(std::string_view text, const BoundaryLine& line) {
  const std::string_view prefix = LinePrefix(text, line);
  const std::string_view suffix = LineSuffix(text, line);
  const bool is_quoted = IsQuoted(text, line);
  if (IsEscapedBreak(suffix)) {
    return is_quoted && prefix.back() == '"'
               ? std::string("is in quotation marks, with line breaks as the characters \\n") +
                     kUnescapeJson
               : std::string("has line breaks as the characters \\n") + kUnescape;
  }
  if (!suffix.empty() && suffix.find('\r') == 0 && !IsAll(suffix, IsSpace))
    return std::string("has CR alone where line breaks belong") + kNewlines;
  if (!prefix.empty() && prefix.back() == '\r')
    return std::string("has CR alone where line breaks belong") + kNewlines;
  if (!suffix.empty() && IsBlank(suffix.front()) && IsFollowedByContent(text, line.end))
    return std::string("has blanks where line breaks belong") +
           (text.find(kProcType) == std::string_view::npos ? kUnblank : kUnblankHeader);
  if (is_quoted)
    return std::string("has a quotation mark before its ") + NameOf(line) + kBreakLines;
  if (!prefix.empty() && IsAll(prefix, IsBlank) && IsAll(suffix, IsSpace))
    return std::string("is indented") + kUnindent;
  if (prefix.ends_with(kHyphens) && NextBoundary(prefix, 0))
    return std::string("has an END line and a BEGIN line joined in one line") + kBreakLines;
  if (IsPrefix(prefix) && BeginsNextLine(text, line, prefix))
    return "has \"" + std::string(1, prefix.front()) + "\" before every line" + kUnprefix;
  if (IsAll(suffix, IsSpace) || !line.is_begin)
    return std::string("has other text before its ") + NameOf(line) + kBreakLines;
  if (IsFollowedByContent(text, line.end))
    return std::string("has no line break after its BEGIN line") + kBreakLines;
  return "has other text after its BEGIN line: remove it";
}

std::optional<BoundaryLine> FindMisplaced(std::string_view text, Wanted wanted) {
  for (auto line = NextBoundary(text, 0); line; line = NextBoundary(text, line->end)) {
    if (line->is_begin && Takes(wanted, ContentOfLabel(line->label)) && !StandsAlone(text, *line) &&
        IsFollowedByContent(text, line->end)) {
      return line;
    }
  }
  return std::nullopt;
}

std::optional<BoundaryLine> FindStrayEnd(std::string_view text, Wanted wanted) {
  bool is_open = false;
  for (auto line = NextBoundary(text, 0); line; line = NextBoundary(text, line->end)) {
    const bool is_stray = !line->is_begin && !is_open && StandsAlone(text, *line);
    if (is_stray && Takes(wanted, ContentOfLabel(line->label))) return line;
    is_open = line->is_begin;
  }
  return std::nullopt;
}

size_t LineNumber(std::string_view text, size_t position) {
  const std::string_view before = text.substr(0, position);
  return static_cast<size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
}

std::string WhyBroken(std::string_view text, const BoundaryLine& line) {
  const std::optional<BoundaryLine> end = NextBoundary(text, line.end);
  if (!end) return "its END line is missing: it is cut short, or the line is damaged";
  if (end->is_begin)
    return "its END line is missing: the next BEGIN line follows in " + LineText(text, end->begin);
  if (end->label != line.label)
    return "it begins with BEGIN" + QuoteOf(line.label) + " and ends with END" +
           QuoteOf(end->label) + ", another label";
  if (!StandsAlone(text, *end)) {
    const std::optional<BoundaryLine> next = NextBoundary(text, end->end);
    const bool is_joined = next && next->begin == end->end;
    return std::string(is_joined ? "its END line and the next BEGIN line are joined in one line"
                                 : "other text is in its END line") +
           kBreakLines;
  }
  const size_t offset = line.end;
  const std::string_view body = text.substr(offset, end->begin - offset);
  const size_t header = SkipHeader(body);
  return WhyBase64(text, offset + header, body.substr(header));
}

}  // namespace hermetic::input
