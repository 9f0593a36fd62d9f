// Core Foundation and Security of macOS, declared here and opened at run time. The addon is
// therefore compiled without Apple's headers, and a function that a system lacks becomes a Trouble;
// the addon still loads. Members carry Apple's names without their prefix; developer.apple.com
// describes each.
#pragma once

#if defined(__APPLE__)

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"

namespace hermetic::trust::macos {

// Every reference of Core Foundation and Security is an opaque pointer.
using Reference = const void*;
using Index = long;            // CFIndex
using TypeId = unsigned long;  // CFTypeID
using Truth = unsigned char;   // Boolean
using ResultCode = int32_t;    // OSStatus

// OSStatus
inline constexpr ResultCode kSuccess = 0;
inline constexpr ResultCode kNoTrustSettings = -25263;
inline constexpr ResultCode kNotAvailable = -25291;
inline constexpr ResultCode kNoSuchKeychain = -25294;
inline constexpr ResultCode kItemNotFound = -25300;
inline constexpr ResultCode kNoDefaultKeychain = -25307;

struct CoreFoundation {
  void (*release)(Reference) = nullptr;
  TypeId (*type_of)(Reference) = nullptr;
  TypeId (*array_type)() = nullptr;
  TypeId (*dictionary_type)() = nullptr;
  TypeId (*string_type)() = nullptr;
  TypeId (*number_type)() = nullptr;
  Index (*array_count)(Reference) = nullptr;
  Reference (*array_value)(Reference array, Index index) = nullptr;
  Reference (*dictionary_value)(Reference dictionary, Reference key) = nullptr;
  Reference (*make_dictionary)(Reference allocator, const Reference* keys, const Reference* values,
                               Index count, const void* key_callbacks,
                               const void* value_callbacks) = nullptr;
  Reference (*make_string)(Reference allocator, const char* text, uint32_t encoding) = nullptr;
  Truth (*string_text)(Reference string, char* out, Index size, uint32_t encoding) = nullptr;
  Truth (*number_value)(Reference number, Index type, void* out) = nullptr;
  Index (*data_length)(Reference) = nullptr;
  const uint8_t* (*data_bytes)(Reference) = nullptr;
  const void* key_callbacks = nullptr;
  const void* value_callbacks = nullptr;
  Reference yes = nullptr;  // kCFBooleanTrue
};

struct Security {
  ResultCode (*settings_copy_certificates)(uint32_t domain, Reference* out) = nullptr;
  ResultCode (*settings_copy)(Reference certificate, uint32_t domain, Reference* out) = nullptr;
  ResultCode (*copy_anchors)(Reference* out) = nullptr;
  ResultCode (*copy_matching)(Reference query, Reference* out) = nullptr;
  Reference (*certificate_data)(Reference certificate) = nullptr;
  TypeId (*certificate_type)() = nullptr;
  TypeId (*policy_type)() = nullptr;
  Reference (*policy_properties)(Reference policy) = nullptr;
  Reference (*message)(ResultCode code, void* reserved) = nullptr;
  // Keys and values of dictionaries.
  Reference item_class = nullptr;
  Reference class_certificate = nullptr;
  Reference match_limit = nullptr;
  Reference match_all = nullptr;
  Reference return_reference = nullptr;
  Reference authentication = nullptr;
  Reference skip_authentication = nullptr;
  Reference policy_oid = nullptr;
};

// Released calls CFRelease.
struct Releaser {
  void (*release)(Reference) = nullptr;
  void operator()(Reference reference) const { release(reference); }
};
using Owned = std::unique_ptr<const void, Releaser>;

// Frameworks holds both frameworks, with helper functions. They stay open for the life of the
// process.
struct Frameworks {
  CoreFoundation cf;
  Security sec;

  Owned Own(Reference reference) const { return Owned(reference, Releaser{cf.release}); }
  bool Is(Reference reference, TypeId type) const {
    return reference != nullptr && cf.type_of(reference) == type;
  }
  Owned ToString(const char* text) const;
  // Absent if the reference is not a string, or is not UTF-8 of less than 1,024 bytes.
  std::optional<std::string> TextOf(Reference string) const;
  std::optional<int64_t> NumberOf(Reference number) const;
  // Empty if the reference is not a certificate.
  Bytes DerOf(Reference certificate) const;
  // ErrorOf names the function that failed, with macOS' text for the code.
  Error ErrorOf(const char* function, ResultCode code) const;
};

// OpenFrameworks opens the frameworks at its first call. The error names the missing symbols.
Result<const Frameworks*> OpenFrameworks();

}  // namespace hermetic::trust::macos

#endif
