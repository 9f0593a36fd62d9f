// Result<T> is a value or an error; Status is a Result without a value.
#pragma once

#include <utility>
#include <variant>

#include "native/base/error.h"

namespace hermetic {

template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that a function returns either with a plain `return`.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() { return std::get<0>(state_); }
  const T& value() const { return std::get<0>(state_); }
  T& operator*() { return value(); }
  T* operator->() { return &value(); }

  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

struct Nothing {};
using Status = Result<Nothing>;

inline Status Ok() { return Nothing{}; }

}  // namespace hermetic
