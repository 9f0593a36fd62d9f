// See error.h.
#include "native/base/error.h"

#include <string>
#include <system_error>
#include <utility>

namespace hermetic {
namespace {

Error MakeError(ErrorKind kind, std::string message) {
  Error error;
  error.kind = kind;
  error.message = std::move(message);
  return error;
}

}  // namespace

Error TypeError(std::string message) { return MakeError(ErrorKind::kType, std::move(message)); }
Error ValueError(std::string message) { return MakeError(ErrorKind::kValue, std::move(message)); }
Error StateError(std::string message) { return MakeError(ErrorKind::kState, std::move(message)); }
Error BusyError(std::string message) { return MakeError(ErrorKind::kBusy, std::move(message)); }
Error OverflowError(std::string message) {
  return MakeError(ErrorKind::kOverflow, std::move(message));
}
Error NotImplementedError(std::string message) {
  return MakeError(ErrorKind::kNotImplemented, std::move(message));
}

Error SystemError(int error_number, std::string syscall, std::string path) {
  Error error = MakeError(ErrorKind::kSystem, std::generic_category().message(error_number));
  error.number = error_number;
  error.syscall = std::move(syscall);
  error.path = std::move(path);
  return error;
}

}  // namespace hermetic
