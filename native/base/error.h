// Errors as values, which lib/errors.ts turns into error classes.
#pragma once

#include <cstdint>
#include <string>

namespace hermetic {

// ErrorKind says which class the error becomes in lib/errors.ts.
enum class ErrorKind : uint8_t {
  kSsl,             // SSLError
  kCertificate,     // SSLCertVerificationError
  kEof,             // SSLEOFError
  kZeroReturn,      // SSLZeroReturnError
  kType,            // TypeError, ERR_INVALID_ARG_TYPE
  kValue,           // RangeError, ERR_INVALID_ARG_VALUE
  kOverflow,        // RangeError, ERR_OUT_OF_RANGE
  kSystem,          // Error with errno, code, syscall, path
  kNotImplemented,  // Error, ERR_METHOD_NOT_IMPLEMENTED
  kState,           // Error, ERR_INVALID_STATE: used after close, cancelled
  kBusy,            // QueueFullError, ERR_QUEUE_FULL: too much is pending
};

struct Error {
  ErrorKind kind = ErrorKind::kSsl;
  std::string message;
  std::string library;       // "SSL", "PEM", "X509", ...; empty if unknown
  std::string reason;        // OpenSSL's mnemonic, "CERTIFICATE_VERIFY_FAILED"; empty if unknown
  std::string text;          // OpenSSL's text of the reason; empty if unknown
  unsigned long packed = 0;  // OpenSSL's number of the error, with its library (ERR_PACK); or 0
  int number = 0;  // SSL_ERROR_* of an operation, the packed reason of a context error, or errno
  long verify_code = 0;        // X509_V_ERR_*
  std::string verify_message;  // its text, with the name that did not match
  std::string syscall;         // for kSystem
  std::string path;            // for kSystem: the file concerned
};

Error TypeError(std::string message);
Error ValueError(std::string message);
Error OverflowError(std::string message);
Error StateError(std::string message);
Error BusyError(std::string message);
Error NotImplementedError(std::string message);

// SystemError describes a failed system call: "ENOENT: no such file or directory, open '/path'".
Error SystemError(int error_number, std::string syscall, std::string path);

}  // namespace hermetic
