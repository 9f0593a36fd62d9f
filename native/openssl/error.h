// The only reader of OpenSSL's error queue. All other code calls CaptureError at the failing call.
#pragma once

#include <string>
#include <string_view>

#include "native/base/error.h"

namespace hermetic::openssl {

// ErrorScope empties the calling thread's OpenSSL error queue when an entry begins and when it
// ends, so that stale errors are never read. SSL_get_error depends on an empty queue at the
// beginning.
class ErrorScope {
 public:
  ErrorScope();
  ~ErrorScope();
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
};

// ErrorMark removes at its end only the errors queued during its life. It is for a callback of
// OpenSSL whose failures are not reported.
class ErrorMark {
 public:
  ErrorMark();
  ~ErrorMark();
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
};

// ClearErrors empties the queue after a failure that is not an error, or whose error is made by
// other means.
void ClearErrors();

// CaptureError takes the newest entry of the queue and empties the queue. The message has Python's
// form, "[LIBRARY: REASON] text"; if the queue is empty, it is only `fallback`.
Error CaptureError(std::string_view fallback);

// CaptureErrorAbout does the same and adds the subject of the error: a file, an argument.
Error CaptureErrorAbout(std::string_view remark);

// RaisedError returns `reason` of `library` in the form of CaptureError, as if OpenSSL had raised
// it, followed by a remark of our own. The queue is emptied.
Error RaisedError(int library, int reason, std::string_view remark);

// NameError gives an error that is not in the queue the names and the number of `reason` of
// `library`.
void NameError(int library, int reason, Error* error);

// HasError returns whether the queue holds an entry, and NewestIs whether the newest one is
// `reason` of `library`.
bool HasError();
bool NewestIs(int library, int reason);

// FirstReason returns the text of the oldest entry, the most specific one of a nested failure, with
// the names of the fields that OpenSSL has added: "wrong tag (Type=X509_VAL, Field=notAfter)".
// Returns an empty string for an empty queue. The queue is not changed.
std::string FirstReason();

// SslError returns an error with this text and, like some of Python's, without library and reason;
// the queue is emptied.
Error SslError(std::string message);
}  // namespace hermetic::openssl
