// The only reader of OpenSSL's error queue: everything else calls CaptureError at
// the failing call.
#pragma once

#include <string>
#include <string_view>

#include "native/base/error.h"

namespace hermetic::openssl {

// ErrorScope empties the calling thread's OpenSSL error queue when an entry begins and when it
// ends, so that nothing stale is ever read. SSL_get_error depends on an empty queue at the
// beginning.
class ErrorScope {
 public:
  ErrorScope();
  ~ErrorScope();
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
};

// ErrorMark drops, when it ends, what was queued meanwhile and nothing else: for a callback of
// OpenSSL's whose failures concern nobody.
class ErrorMark {
 public:
  ErrorMark();
  ~ErrorMark();
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
};

// ClearErrors empties the queue of a failure that is none, or whose error is made by other means.
void ClearErrors();

// CaptureError takes the newest entry of the queue and empties the queue. The message has Python's
// form, "[LIBRARY: REASON] text"; where the queue is empty it is `fallback` alone.
Error CaptureError(std::string_view fallback);

// CaptureErrorAbout does the same and adds what it is about: a file, an argument.
Error CaptureErrorAbout(std::string_view remark);

// RaisedError is `reason` of `library` as CaptureError gives it where OpenSSL has raised it, with a
// remark of our own behind it. The queue is emptied.
Error RaisedError(int library, int reason, std::string_view remark);

// HasError tells whether the queue holds an entry, and NewestIs whether the newest one is `reason`
// of `library`.
bool HasError();
bool NewestIs(int library, int reason);

// FirstReason is the text of the oldest entry, which says most about a nested failure, with the
// names of the fields that OpenSSL has added: "wrong tag (Type=X509_VAL, Field=notAfter)". Empty
// where the queue is. The queue stays as it is.
std::string FirstReason();

// SslError has this text and, as some of Python's, neither library nor reason; the queue is
// emptied.
Error SslError(std::string message);
}  // namespace hermetic::openssl
