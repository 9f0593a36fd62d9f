// See foreign_format.h.
#include "native/input/foreign_format.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "native/base/bytes.h"
#include "native/input/text.h"

namespace hermetic::input {
namespace {

constexpr size_t kBeginningLength = 4096;
constexpr size_t kLongestPath = 1024;

struct Signature {
  std::string_view bytes;
  const char* meaning;
};

constexpr Signature kBinary[] = {
    {"\xFE\xED\xFE\xED",
     "is a keystore of Java (JKS): keytool -importkeystore -srckeystore FILE -destkeystore out.p12 "
     "-deststoretype PKCS12 makes a PKCS#12 of it"},
    {"\xCE\xCE\xCE\xCE",
     "is a keystore of Java (JCEKS): keytool -importkeystore -srckeystore FILE -srcstoretype JCEKS "
     "-destkeystore out.p12 -deststoretype PKCS12 makes a PKCS#12 of it"},
    {"PK\x03\x04", "is a ZIP archive: unpack it first"},
    {"\x1F\x8B", "is compressed with gzip: unpack it first"},
};

// Compared regardless of case, after white space.
constexpr Signature kText[] = {
    {"<!doctype html", "is HTML: a page, such as the error of a download, is in its place"},
    {"<html", "is HTML: a page, such as the error of a download, is in its place"},
    {"<", "is XML or HTML, neither PEM nor DER"},
    {"{", "is JSON: parse it and give the PEM inside it"},
    {"[\"", "is JSON: parse it and give the PEM inside it"},
    {"putty-user-key-file-",
     "is a key in PuTTY's own format: puttygen FILE -O private-openssh -o key.pem writes it as "
     "PEM, if it is not Ed25519"},
    {"ssh-rsa ", "is a public key of OpenSSH"},
    {"ssh-ed25519 ", "is a public key of OpenSSH"},
    {"ecdsa-sha2-", "is a public key of OpenSSH"},
    {"---- begin ssh2 ", "is a key in the format of SSH2, which TLS libraries do not read"},
};

char LowerOf(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string LowerBeginning(ByteView bytes) {
  std::string_view text = TextOf(bytes);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto* begin = std::find_if_not(text.begin(), text.end(), IsSpace);
  text.remove_prefix(static_cast<size_t>(begin - text.begin()));
  std::string lower(text.substr(0, kBeginningLength));
  std::transform(lower.begin(), lower.end(), lower.begin(), LowerOf);
  return lower;
}

// In ASCII text every other byte is 0 in UTF-16, and three of four in UTF-32.
std::optional<std::string> WideText(ByteView bytes) {
  const ByteView sample = bytes.first(std::min(bytes.size(), kBeginningLength) & ~size_t{3});
  if (sample.size() < 8) return std::nullopt;
  std::array<size_t, 4> num_zeros = {};
  for (size_t i = 0; i < sample.size(); ++i) num_zeros[i % 4] += sample[i] == 0 ? 1U : 0U;
  const size_t most = sample.size() / 4 - sample.size() / 16;  // three of four
  std::array<bool, 4> is_zero = {};
  std::transform(num_zeros.begin(), num_zeros.end(), is_zero.begin(),
                 [&](size_t count) { return count >= most; });
  using Zeros = std::array<bool, 4>;
  if (is_zero == Zeros{false, true, true, true} || is_zero == Zeros{true, true, true, false})
    return "is UTF-32 text: save it as UTF-8";
  const bool is_little = is_zero == Zeros{false, true, false, true};
  if (!is_little && is_zero != Zeros{true, false, true, false}) return std::nullopt;
  return std::string(
             "is UTF-16 text, as PowerShell writes it: save it as UTF-8, or decode the bytes, as "
             "in new TextDecoder('") +
         (is_little ? "utf-16le" : "utf-16be") + "').decode(bytes)";
}

// Includes the alphabet for URLs (RFC 4648, 5).
bool IsBase64Text(char c) { return IsBase64(c) || c == '=' || c == '-' || c == '_' || IsSpace(c); }

bool IsHexadecimal(char c) {
  return (c >= '0' && c <= '9') || (LowerOf(c) >= 'a' && LowerOf(c) <= 'f');
}

bool LooksLikePath(std::string_view text) {
  if (text.empty() || text.size() > kLongestPath || text.find_first_of("\r\n") != text.npos)
    return false;
  constexpr std::string_view kEndings[] = {".pem", ".crt", ".cer", ".cert", ".key", ".der",
                                           ".p12", ".pfx", ".p7b", ".crl",  ".txt"};
  if (std::any_of(std::begin(kEndings), std::end(kEndings),
                  [&](std::string_view ending) { return text.ends_with(ending); }))
    return true;
  constexpr std::string_view kBeginnings[] = {"/", "./", "../", "~/", "file:"};
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                     [&](std::string_view beginning) { return text.starts_with(beginning); });
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<std::string> ForeignFormat(ByteView bytes) {
  const std::string_view text = TextOf(bytes);
  if (text.empty()) return "is empty";
  for (const auto& [signature, meaning] : kBinary) {
    if (text.starts_with(signature)) return meaning;
  }
  if (IsAll(text, IsSpace)) return "is empty but for white space";
  if (std::optional<std::string> wide = WideText(bytes)) return wide;
  const std::string beginning = LowerBeginning(bytes);
  for (const auto& [signature, meaning] : kText) {
    if (beginning.starts_with(signature)) return meaning;
  }
  if (beginning.find("-----begin%20") != beginning.npos ||
      beginning.find("-----begin+") != beginning.npos)
    return "is URL-encoded: decode it first, as in decodeURIComponent(text)";
  return std::nullopt;
}

std::optional<std::string> BareEncoding(ByteView bytes) {
  const std::string_view text = Trimmed(TextOf(bytes));
  constexpr std::string_view kBase64OfPem = "LS0tLS1CRUdJTi";  // "-----BEGIN"
  constexpr size_t kLeast = 64;
  if (text.starts_with(kBase64OfPem))
    return "is base64 of PEM: decode it first, as in Buffer.from(text, 'base64')";
  if (LooksLikePath(text))
    return "is the name of a file, not its content: read the file, as in readFileSync(text)";
  if (text.size() < kLeast) return std::nullopt;
  if (text.starts_with("30") && IsAll(text, IsHexadecimal))
    return "is hexadecimal: decode it first, as in Buffer.from(text, 'hex')";
  // A SEQUENCE begins with M.
  if (text.front() == 'M' && IsAll(text, IsBase64Text))
    return "is base64 without BEGIN and END lines: decode it, as in Buffer.from(text, 'base64')";
  return std::nullopt;
}

}  // namespace hermetic::input
