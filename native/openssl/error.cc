// Turns OpenSSL's error queue into Error values.
#include "native/openssl/error.h"

#include <openssl/err.h>

#include <string>
#include <string_view>
#include <utility>

#include "native/base/error.h"
#include "native/openssl/reasons.h"

namespace hermetic::openssl {
namespace {

std::string FormatMessage(const Error& error, std::string_view text) {
  std::string message;
  if (!error.library.empty() && !error.reason.empty()) {
    message = "[" + error.library + ": " + error.reason + "] ";
  } else if (!error.library.empty()) {
    message = "[" + error.library + "] ";
  }
  return message.append(text);
}

}  // namespace

ErrorScope::ErrorScope() { ClearErrors(); }
ErrorScope::~ErrorScope() { ClearErrors(); }

ErrorMark::ErrorMark() { ERR_set_mark(); }
ErrorMark::~ErrorMark() { ERR_pop_to_mark(); }

// ERR_clear_error visits all places of the queue, which takes a fifth of a short hash's time.
void ClearErrors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

Error CaptureError(std::string_view fallback) {
  Error error;
  const unsigned long code = ERR_peek_last_error();
  if (code == 0) {
    error.message = fallback;
    return error;
  }
  const int library = ERR_GET_LIB(code);
  const int reason = ERR_GET_REASON(code);
  if (ERR_SYSTEM_ERROR(code)) {
    error = SystemError(reason, "", "");
  } else {
    if (const char* name = LibraryName(library)) error.library = name;
    if (const char* name = ReasonName(library, reason)) error.reason = name;
    const char* text = ERR_reason_error_string(code);
    error.message = FormatMessage(error, text != nullptr ? std::string_view(text) : fallback);
    error.number = reason;
    // node:tls reports the oldest error: RECORD_LAYER_FAILURE alone does not say that a record was
    // forged.
    const unsigned long oldest = ERR_peek_error();
    const bool is_same_library = library == ERR_LIB_SSL && ERR_GET_LIB(oldest) == ERR_LIB_SSL;
    error.packed = is_same_library ? oldest : code;
    if (const char* shown = ERR_reason_error_string(error.packed)) error.text = shown;
  }
  ClearErrors();
  return error;
}

Error CaptureErrorAbout(std::string_view remark) {
  Error error = CaptureError("failed");
  error.message.append(": ").append(remark);
  return error;
}

Error RaisedError(int library, int reason, std::string_view remark) {
  ERR_raise(library, reason);
  return CaptureErrorAbout(remark);
}

std::string FirstReason() {
  const char* data = nullptr;
  int flags = 0;
  const unsigned long code = ERR_peek_error_data(&data, &flags);
  const char* const text = code == 0 ? nullptr : ERR_reason_error_string(code);
  if (text == nullptr) return "";
  const bool has_data = data != nullptr && (flags & ERR_TXT_STRING) != 0 && *data != '\0';
  return has_data ? std::string(text) + " (" + data + ")" : text;
}

void NameError(int library, int reason, Error* error) {
  error->packed = ERR_PACK(library, 0, reason);
  if (const char* name = LibraryName(library)) error->library = name;
  if (const char* name = ReasonName(library, reason)) error->reason = name;
  if (const char* text = ERR_reason_error_string(error->packed)) error->text = text;
}

bool HasError() { return ERR_peek_error() != 0; }

bool NewestIs(int library, int reason) {
  const unsigned long code = ERR_peek_last_error();
  return ERR_GET_LIB(code) == library && ERR_GET_REASON(code) == reason;
}

Error SslError(std::string message) {
  ClearErrors();
  Error error;
  error.message = std::move(message);
  return error;
}
}  // namespace hermetic::openssl
