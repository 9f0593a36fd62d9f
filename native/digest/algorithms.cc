// See algorithms.h.
#include "native/digest/algorithms.h"

#include <openssl/objects.h>
#include <openssl/opensslconf.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "native/base/error.h"
#include "native/base/result.h"

namespace hermetic::digest {
namespace {

struct Spelling {
  std::string_view python;
  const char* openssl;
};

// Python's names that are not OpenSSL's in lower case. Every other name is OpenSSL's long name of
// the digest.
constexpr std::array<Spelling, 15> kSpellings = {{
    {"sha1", "SHA1"},
    {"sha224", "SHA2-224"},
    {"sha256", "SHA2-256"},
    {"sha384", "SHA2-384"},
    {"sha512", "SHA2-512"},
    {"sha512_224", "SHA2-512/224"},
    {"sha512_256", "SHA2-512/256"},
    {"sha3_224", "SHA3-224"},
    {"sha3_256", "SHA3-256"},
    {"sha3_384", "SHA3-384"},
    {"sha3_512", "SHA3-512"},
    {"shake_128", "SHAKE-128"},
    {"shake_256", "SHAKE-256"},
    {"blake2b", "BLAKE2B-512"},
    {"blake2s", "BLAKE2S-256"},
}};

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lower;
}

std::string OpensslName(const std::string& lower) {
  for (const Spelling& spelling : kSpellings) {
    if (spelling.python == lower) return spelling.openssl;
  }
  return lower;
}

// PythonName returns an empty string for the digests that Python does not name: parts of other
// algorithms (KECCAK-KMAC) and "NULL".
std::string PythonName(const EVP_MD* md) {
  for (const Spelling& spelling : kSpellings) {
    if (EVP_MD_is_a(md, spelling.openssl) == 1) return std::string(spelling.python);
  }
  const int nid = EVP_MD_get_type(md);
  const char* name = nid == NID_undef ? nullptr : OBJ_nid2ln(nid);
  return name == nullptr ? "" : LowerCase(name);
}

// IsOneWord returns whether the name is printable ASCII without blanks. OpenSSL ignores blanks
// after a name, so that its digests would have any number of spellings.
bool IsOneWord(std::string_view name) {
  return std::all_of(name.begin(), name.end(),
                     [](char letter) { return letter > ' ' && letter <= '~'; });
}

Error Unsupported(std::string_view name) {
  return ValueError("unsupported hash algorithm " + std::string(name));
}

Result<std::unique_ptr<Algorithm>> Fetch(const std::string& lower) {
  auto algorithm = std::make_unique<Algorithm>();
  algorithm->md.reset(EVP_MD_fetch(nullptr, OpensslName(lower).c_str(), nullptr));
  if (algorithm->md == nullptr) return Unsupported(lower);
  const EVP_MD* md = algorithm->md.get();
  algorithm->name = PythonName(md);
  const int digest_len = EVP_MD_get_size(md);
  const int block_len = EVP_MD_get_block_size(md);
  algorithm->is_xof = (EVP_MD_get_flags(md) & EVP_MD_FLAG_XOF) != 0;
  const bool is_usable = block_len > 0 && (digest_len > 0 || algorithm->is_xof);
  if (algorithm->name.empty() || !is_usable) return Unsupported(lower);
  algorithm->block_len = static_cast<size_t>(block_len);
  algorithm->digest_len = algorithm->is_xof ? 0 : static_cast<size_t>(digest_len);
  return algorithm;
}

// Cache holds every spelling that was found. Its size is limited, because OpenSSL knows a fixed
// number of spellings.
class Cache {
 public:
  static Cache& Shared() {
    static Cache* const kCache =
        new Cache;  // never destroyed: pool threads may use it while the process exits
    return *kCache;
  }

  Result<const Algorithm*> Find(std::string_view name) {
    if (!IsOneWord(name)) return Unsupported(name);
    const std::string lower = LowerCase(name);
    std::lock_guard lock(mutex_);
    const auto found = algorithms_.find(lower);
    if (found != algorithms_.end()) return found->second.get();
    Result<std::unique_ptr<Algorithm>> fetched = Fetch(lower);
    if (!fetched.ok()) return Unsupported(name);
    const size_t id = algorithms_.size();
    if (id >= by_id_.size()) return Unsupported(name);
    fetched.value()->id = id;
    const Algorithm* const algorithm = (algorithms_[lower] = std::move(*fetched)).get();
    by_id_[id].store(algorithm, std::memory_order_release);
    return algorithm;
  }

  const Algorithm* ById(size_t id) const {
    return id < by_id_.size() ? by_id_[id].load(std::memory_order_acquire) : nullptr;
  }

 private:
  // More than the number of spellings that OpenSSL knows.
  static constexpr size_t kMostSpellings = 512;

  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<const Algorithm>> algorithms_;
  std::array<std::atomic<const Algorithm*>, kMostSpellings> by_id_ = {};
};

// The digests of the default provider that Python has a name for (OpenSSL's providers/defltprov.c),
// sorted. The provider itself is not asked: its first answer takes half a millisecond and half a
// megabyte, which importing the package would cost.
constexpr std::string_view kAvailable[] = {
#ifndef OPENSSL_NO_BLAKE2
    "blake2b",   "blake2s",
#endif
#ifndef OPENSSL_NO_MD5
    "md5",       "md5-sha1",
#endif
#ifndef OPENSSL_NO_RMD160
    "ripemd160",
#endif
    "sha1",      "sha224",   "sha256",     "sha384",     "sha3_224",  "sha3_256",  "sha3_384",
    "sha3_512",  "sha512",   "sha512_224", "sha512_256", "shake_128", "shake_256",
#ifndef OPENSSL_NO_SM3
    "sm3",
#endif
};

}  // namespace

Result<const Algorithm*> FindAlgorithm(std::string_view name) {
  // OpenSSL would only read the name up to a NUL.
  if (name.empty() || name.find('\0') != std::string_view::npos) return Unsupported(name);
  return Cache::Shared().Find(name);
}

const Algorithm* AlgorithmById(size_t id) { return Cache::Shared().ById(id); }

std::span<const std::string_view> AvailableAlgorithms() { return kAvailable; }

}  // namespace hermetic::digest
