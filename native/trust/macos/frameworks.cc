// See frameworks.h.
#if defined(__APPLE__)

#include "native/trust/macos/frameworks.h"

#include <dlfcn.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"

namespace hermetic::trust::macos {
namespace {

constexpr const char* kCoreFoundation =
    "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation";
constexpr const char* kSecurity = "/System/Library/Frameworks/Security.framework/Security";
constexpr uint32_t kUtf8 = 0x08000100;     // kCFStringEncodingUTF8
constexpr Index kSignedSixtyFourBits = 4;  // kCFNumberSInt64Type

// Library loads symbols of one framework and records the missing ones.
class Library {
 public:
  explicit Library(const char* path) : handle_(dlopen(path, RTLD_LAZY | RTLD_LOCAL)) {
    if (handle_ == nullptr) missing_ = path;
  }

  template <typename Function>
  void Take(const char* name, Function** out) {
    *out = reinterpret_cast<Function*>(Symbol(name));
  }

  // TakeReference reads a variable that holds a reference. TakeAddress returns a variable's
  // address, for functions that take the address.
  void TakeReference(const char* name, Reference* out) {
    const void* symbol = Symbol(name);
    if (symbol != nullptr) *out = *static_cast<const Reference*>(symbol);
  }
  void TakeAddress(const char* name, const void** out) { *out = Symbol(name); }

  const std::string& missing() const { return missing_; }

 private:
  void* Symbol(const char* name) {
    if (handle_ == nullptr) return nullptr;
    void* symbol = dlsym(handle_, name);
    if (symbol == nullptr) missing_ += (missing_.empty() ? "" : ", ") + std::string(name);
    return symbol;
  }

  void* const handle_;  // never closed
  std::string missing_;
};

std::string Load(CoreFoundation* out) {
  Library library(kCoreFoundation);
  library.Take("CFRelease", &out->release);
  library.Take("CFGetTypeID", &out->type_of);
  library.Take("CFArrayGetTypeID", &out->array_type);
  library.Take("CFDictionaryGetTypeID", &out->dictionary_type);
  library.Take("CFStringGetTypeID", &out->string_type);
  library.Take("CFNumberGetTypeID", &out->number_type);
  library.Take("CFArrayGetCount", &out->array_count);
  library.Take("CFArrayGetValueAtIndex", &out->array_value);
  library.Take("CFDictionaryGetValue", &out->dictionary_value);
  library.Take("CFDictionaryCreate", &out->make_dictionary);
  library.Take("CFStringCreateWithCString", &out->make_string);
  library.Take("CFStringGetCString", &out->string_text);
  library.Take("CFNumberGetValue", &out->number_value);
  library.Take("CFDataGetLength", &out->data_length);
  library.Take("CFDataGetBytePtr", &out->data_bytes);
  library.TakeAddress("kCFTypeDictionaryKeyCallBacks", &out->key_callbacks);
  library.TakeAddress("kCFTypeDictionaryValueCallBacks", &out->value_callbacks);
  library.TakeReference("kCFBooleanTrue", &out->yes);
  return library.missing();
}

std::string Load(Security* out) {
  Library library(kSecurity);
  library.Take("SecTrustSettingsCopyCertificates", &out->settings_copy_certificates);
  library.Take("SecTrustSettingsCopyTrustSettings", &out->settings_copy);
  library.Take("SecTrustCopyAnchorCertificates", &out->copy_anchors);
  library.Take("SecItemCopyMatching", &out->copy_matching);
  library.Take("SecCertificateCopyData", &out->certificate_data);
  library.Take("SecCertificateGetTypeID", &out->certificate_type);
  library.Take("SecPolicyGetTypeID", &out->policy_type);
  library.Take("SecPolicyCopyProperties", &out->policy_properties);
  library.Take("SecCopyErrorMessageString", &out->message);
  library.TakeReference("kSecClass", &out->item_class);
  library.TakeReference("kSecClassCertificate", &out->class_certificate);
  library.TakeReference("kSecMatchLimit", &out->match_limit);
  library.TakeReference("kSecMatchLimitAll", &out->match_all);
  library.TakeReference("kSecReturnRef", &out->return_reference);
  library.TakeReference("kSecUseAuthenticationUI", &out->authentication);
  library.TakeReference("kSecUseAuthenticationUISkip", &out->skip_authentication);
  library.TakeReference("kSecPolicyOid", &out->policy_oid);
  return library.missing();
}

struct Opened {
  Frameworks frameworks;
  std::string missing;
};

Opened Open() {
  Opened opened;
  opened.missing = Load(&opened.frameworks.cf);
  if (opened.missing.empty()) opened.missing = Load(&opened.frameworks.sec);
  return opened;
}

}  // namespace

Owned Frameworks::ToString(const char* text) const {
  return Own(cf.make_string(nullptr, text, kUtf8));
}

std::optional<std::string> Frameworks::TextOf(Reference string) const {
  char text[1024] = {};
  if (!Is(string, cf.string_type()) || cf.string_text(string, text, sizeof(text), kUtf8) == 0) {
    return std::nullopt;
  }
  return text;
}

std::optional<int64_t> Frameworks::NumberOf(Reference number) const {
  int64_t value = 0;
  if (!Is(number, cf.number_type()) || cf.number_value(number, kSignedSixtyFourBits, &value) == 0) {
    return std::nullopt;
  }
  return value;
}

Bytes Frameworks::DerOf(Reference certificate) const {
  if (!Is(certificate, sec.certificate_type())) return {};
  const Owned data = Own(sec.certificate_data(certificate));
  if (!data) return {};
  const uint8_t* bytes = cf.data_bytes(data.get());
  return {bytes, bytes + cf.data_length(data.get())};
}

Error Frameworks::ErrorOf(const char* function, ResultCode code) const {
  const Owned message = Own(sec.message(code, nullptr));
  const std::string text = TextOf(message.get()).value_or("no description");
  return openssl::SslError(std::string(function) + ": " + text + " (" + std::to_string(code) + ")");
}

Result<const Frameworks*> OpenFrameworks() {
  // Never destroyed: see native/threads/pool.cc.
  static const Opened* const kOpened = new Opened(Open());
  if (kOpened->missing.empty()) return &kOpened->frameworks;
  return openssl::SslError("this macOS lacks " + kOpened->missing);
}

}  // namespace hermetic::trust::macos

#endif
