// The only place that makes a JS error in C++. Errors of the work are records (error_record.h),
// which lib/errors.ts turns into classes. An error thrown here means that the contract between
// lib/internal/native/binding.ts and the addon was broken, or that memory ran out.
#pragma once

#include <napi.h>

#include <exception>
#include <string>

namespace hermetic::napi {

// ContractError returns a TypeError with code ERR_INVALID_ARG_TYPE, and ThrowContract throws one.
Napi::TypeError ContractError(Napi::Env env, const std::string& message);
[[noreturn]] void ThrowContract(Napi::Env env, const std::string& message);

// OverlongInput ends a call whose input has more than 2^31-1 bytes; CallEntry (domains.h) makes a
// record of it.
class OverlongInput : public std::exception {
 public:
  const char* what() const noexcept override { return "the data is longer than 2147483647 bytes"; }
};

// ThrowOutOfMemory throws an Error with Node's code ERR_MEMORY_ALLOCATION_FAILED.
[[noreturn]] void ThrowOutOfMemory(Napi::Env env);

}  // namespace hermetic::napi
