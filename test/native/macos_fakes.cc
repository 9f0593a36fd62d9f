// See macos_fakes.h. References are counted as Core Foundation does: what a Copy or Create gives
// belongs to the caller.
#include "macos_fakes.h"

#include <dlfcn.h>

#include <cstring>

namespace fakes {
namespace {

enum Type : unsigned long {
  kArray = 1,
  kDictionary,
  kString,
  kNumber,
  kData,
  kCertificate,
  kPolicy
};

struct Object {
  unsigned long type;
  int references = 1;
  std::string text;
  int64_t number = 0;
  std::vector<std::pair<const Object*, const Object*>> members;
};
using Reference = const Object*;

int num_objects = 0;

void Release(const void* reference) {
  auto* object = static_cast<Object*>(const_cast<void*>(reference));
  if (--object->references > 0) return;
  for (const auto& [key, value] : object->members) {
    if (key != nullptr) Release(key);
    Release(value);
  }
  --num_objects;
  delete object;
}

Object* Make(Type type, std::string text = "", int64_t number = 0) {
  ++num_objects;
  return new Object{.type = type, .text = std::move(text), .number = number};
}

Reference Retain(Reference object) {
  ++const_cast<Object*>(object)->references;
  return object;
}

// The constants, which have no owner.
const Object kYes{.type = 0, .references = 1 << 20};
const Object kNames[] = {{kString, 1 << 20, "class"},  {kString, 1 << 20, "certificate"},
                         {kString, 1 << 20, "limit"},  {kString, 1 << 20, "all"},
                         {kString, 1 << 20, "return"}, {kString, 1 << 20, "interface"},
                         {kString, 1 << 20, "skip"},   {kString, 1 << 20, "oid"}};
const void* const kConstants[] = {&kNames[0], &kNames[1], &kNames[2], &kNames[3], &kNames[4],
                                  &kNames[5], &kNames[6], &kNames[7], &kYes};
const char kKeyCallbacks = 0;
const char kValueCallbacks = 0;

template <Type kType>
unsigned long TypeIs() {
  return kType;
}

unsigned long TypeOf(Reference object) { return object->type; }
long Count(Reference array) { return static_cast<long>(array->members.size()); }
Reference At(Reference array, long index) {
  return array->members.at(static_cast<size_t>(index)).second;
}

Reference ValueOf(Reference dictionary, Reference wanted) {
  for (const auto& [key, value] : dictionary->members) {
    if (key->text == wanted->text) return value;
  }
  return nullptr;
}

Reference MakeDictionary(Reference, const Reference* keys, const Reference* values, long count,
                         const void* for_keys, const void* for_values) {
  if (for_keys != &kKeyCallbacks || for_values != &kValueCallbacks) return nullptr;
  Object* made = Make(kDictionary);
  for (long i = 0; i < count; ++i) made->members.emplace_back(Retain(keys[i]), Retain(values[i]));
  return made;
}

Reference MakeString(Reference, const char* text, uint32_t) { return Make(kString, text); }

unsigned char TextOf(Reference string, char* out, long size, uint32_t) {
  if (string->text.size() >= static_cast<size_t>(size)) return 0;
  std::memcpy(out, string->text.c_str(), string->text.size() + 1);
  return 1;
}

unsigned char NumberOf(Reference number, long type, void* out) {
  if (type != 4) return 0;  // kCFNumberSInt64Type
  std::memcpy(out, &number->number, sizeof(number->number));
  return 1;
}

long Length(Reference data) { return static_cast<long>(data->text.size()); }
const uint8_t* BytesOf(Reference data) {
  return reinterpret_cast<const uint8_t*>(data->text.data());
}

int32_t FailureOf(const char* function) {
  const auto found = TheSystem().failures.find(function);
  return found == TheSystem().failures.end() ? 0 : found->second;
}

Object* ArrayOf(const std::vector<std::string>& certificates) {
  Object* array = Make(kArray);
  for (const std::string& der : certificates)
    array->members.emplace_back(nullptr, Make(kCertificate, der));
  return array;
}

int32_t CopyCertificates(uint32_t domain, Reference* out) {
  const int32_t failure = FailureOf("SecTrustSettingsCopyCertificates");
  if (failure != 0) return failure;
  std::vector<std::string> certificates;
  for (const auto& [key, settings] : TheSystem().settings) {
    if (key.first == domain) certificates.push_back(key.second);
  }
  if (certificates.empty()) return -25263;
  *out = ArrayOf(certificates);
  return 0;
}

Reference DictionaryOf(const Setting& setting) {
  Object* made = Make(kDictionary);
  for (const auto& [key, text] : setting.strings)
    made->members.emplace_back(Make(kString, key), Make(kString, text));
  for (const auto& [key, value] : setting.numbers) {
    made->members.emplace_back(Make(kString, key), Make(kNumber, "", value));
  }
  if (setting.policy) {
    made->members.emplace_back(Make(kString, "kSecTrustSettingsPolicy"),
                               Make(kPolicy, *setting.policy));
  }
  return made;
}

int32_t CopySettings(Reference certificate, uint32_t domain, Reference* out) {
  const int32_t failure = FailureOf("SecTrustSettingsCopyTrustSettings");
  if (failure != 0) return failure;
  const auto found = TheSystem().settings.find({domain, certificate->text});
  if (found == TheSystem().settings.end()) return -25300;
  Object* array = Make(kArray);
  for (const Setting& setting : found->second)
    array->members.emplace_back(nullptr, DictionaryOf(setting));
  *out = array;
  return 0;
}

int32_t CopyAnchors(Reference* out) {
  if (TheSystem().anchors.empty()) return -25263;
  *out = ArrayOf(TheSystem().anchors);
  return 0;
}

// CopyMatching returns errSecParam unless the query is for certificates and forbids dialogs.
int32_t CopyMatching(Reference query, Reference* out) {
  const int32_t failure = FailureOf("SecItemCopyMatching");
  if (failure != 0) return failure;
  const bool is_right =
      ValueOf(query, &kNames[0]) == &kNames[1] && ValueOf(query, &kNames[2]) == &kNames[3] &&
      ValueOf(query, &kNames[4]) == &kYes && ValueOf(query, &kNames[5]) == &kNames[6];
  if (!is_right) return -50;
  if (TheSystem().keychain.empty()) return -25300;
  *out = ArrayOf(TheSystem().keychain);
  return 0;
}

Reference CertificateData(Reference certificate) { return Make(kData, certificate->text); }

Reference PolicyProperties(Reference policy) {
  Object* made = Make(kDictionary);
  made->members.emplace_back(Make(kString, "oid"), Make(kString, policy->text));
  return made;
}

Reference Message(int32_t code, void*) {
  return code == -50 ? nullptr : Make(kString, "as macOS says it");
}

template <typename Function>
void* Address(Function* function) {
  return reinterpret_cast<void*>(function);
}
void* Address(const void* const& constant) {
  return const_cast<void*>(static_cast<const void*>(&constant));
}

const std::map<std::string, void*>& Symbols() {
  static const std::map<std::string, void*> kSymbols = {
      {"CFRelease", Address(Release)},
      {"CFGetTypeID", Address(TypeOf)},
      {"CFArrayGetTypeID", Address(TypeIs<kArray>)},
      {"CFDictionaryGetTypeID", Address(TypeIs<kDictionary>)},
      {"CFStringGetTypeID", Address(TypeIs<kString>)},
      {"CFNumberGetTypeID", Address(TypeIs<kNumber>)},
      {"CFArrayGetCount", Address(Count)},
      {"CFArrayGetValueAtIndex", Address(At)},
      {"CFDictionaryGetValue", Address(ValueOf)},
      {"CFDictionaryCreate", Address(MakeDictionary)},
      {"CFStringCreateWithCString", Address(MakeString)},
      {"CFStringGetCString", Address(TextOf)},
      {"CFNumberGetValue", Address(NumberOf)},
      {"CFDataGetLength", Address(Length)},
      {"CFDataGetBytePtr", Address(BytesOf)},
      {"kCFTypeDictionaryKeyCallBacks", const_cast<char*>(&kKeyCallbacks)},
      {"kCFTypeDictionaryValueCallBacks", const_cast<char*>(&kValueCallbacks)},
      {"kCFBooleanTrue", Address(kConstants[8])},
      {"SecTrustSettingsCopyCertificates", Address(CopyCertificates)},
      {"SecTrustSettingsCopyTrustSettings", Address(CopySettings)},
      {"SecTrustCopyAnchorCertificates", Address(CopyAnchors)},
      {"SecItemCopyMatching", Address(CopyMatching)},
      {"SecCertificateCopyData", Address(CertificateData)},
      {"SecCertificateGetTypeID", Address(TypeIs<kCertificate>)},
      {"SecPolicyGetTypeID", Address(TypeIs<kPolicy>)},
      {"SecPolicyCopyProperties", Address(PolicyProperties)},
      {"SecCopyErrorMessageString", Address(Message)},
      {"kSecClass", Address(kConstants[0])},
      {"kSecClassCertificate", Address(kConstants[1])},
      {"kSecMatchLimit", Address(kConstants[2])},
      {"kSecMatchLimitAll", Address(kConstants[3])},
      {"kSecReturnRef", Address(kConstants[4])},
      {"kSecUseAuthenticationUI", Address(kConstants[5])},
      {"kSecUseAuthenticationUISkip", Address(kConstants[6])},
      {"kSecPolicyOid", Address(kConstants[7])},
  };
  return kSymbols;
}

}  // namespace

System& TheSystem() {
  static System system;
  return system;
}

int NumObjects() { return num_objects; }

}  // namespace fakes

extern "C" {

void* FakeOpen(const char* file, int) {
  static int handle = 0;
  return fakes::TheSystem().missing.count(file) == 0 ? &handle : nullptr;
}

void* FakeSymbol(void*, const char* name) {
  if (fakes::TheSystem().missing.count(name) != 0) return nullptr;
  const auto found = fakes::Symbols().find(name);
  return found == fakes::Symbols().end() ? nullptr : found->second;
}

uint32_t notify_register_check(const char*, int* out_token) {
  *out_token = 7;
  return 0;
}

uint32_t notify_check(int, int* out_is_posted) {
  *out_is_posted = fakes::TheSystem().is_posted ? 1 : 0;
  fakes::TheSystem().is_posted = false;
  return 0;
}
}
