// JsAsker lets JavaScript answer OpenSSL's requests in the middle of a step. It calls one
// function, which lib/ssl/engine/direct-answers.ts passes with the step: ask(kind, ...values).
// Exceptions must not cross OpenSSL's frames: an exception of the function is stored, counts as a
// refusal, and is thrown again after the step.
#pragma once

#include <napi.h>

#include <array>
#include <cstdint>
#include <optional>

#include "native/base/bytes.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/asker.h"

namespace hermetic::napi {

class JsAsker final : public tls::Asker {
 public:
  // The argument is the function, or null or undefined if nothing is to be asked.
  JsAsker(const Napi::CallbackInfo& info, size_t index);

  bool is_there() const { return ask_ != nullptr; }
  // Whether a request could not be asked, or the function threw.
  bool has_failed() const { return has_failed_; }
  // Rethrow throws the function's exception in JavaScript after the step has ended. Returns the
  // value that the entry then returns.
  Napi::Value Rethrow() noexcept;

  tls::PskOffer AskPskClient(std::optional<ByteView> hint, bool is_tls13) noexcept override;
  openssl::SecureBytes AskPskServer(std::optional<ByteView> identity,
                                    bool is_tls13) noexcept override;
  tls::PeerAnswer JudgePeer() noexcept override;

 private:
  friend class Request;
  napi_env env_;
  napi_value ask_ = nullptr;
  bool has_failed_ = false;
  napi_value thrown_ = nullptr;  // the first exception; in the scope of the entry
};

// Request is one call of the function, in its own handle scope. After a failure further calls do
// nothing and return null. An environment that is being terminated refuses every call.
class Request {
 public:
  Request(JsAsker* asker, const char* kind) noexcept;
  ~Request();
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  napi_env env() const { return asker_->env_; }
  void Add(bool value) noexcept;
  // The bytes are copied; absent bytes become null.
  void Add(std::optional<ByteView> bytes) noexcept;
  // Ask returns the answer, or null after a failure.
  napi_value Ask() noexcept;
  // IsNull returns whether an answer is null or undefined. It is also true after a failure.
  bool IsNull(napi_value answer) noexcept;
  // ElementOf returns an element of an answer that must be an array, or null after a failure.
  napi_value ElementOf(napi_value answer, uint32_t index) noexcept;
  // BytesOf copies an answer that must be a Uint8Array of at most `most` bytes. For any other
  // answer it returns nothing, and the contract with lib/ counts as broken.
  std::optional<openssl::SecureBytes> BytesOf(napi_value answer, size_t most) noexcept;
  // NumberOf returns an answer that must be a whole number of 32 bits. For any other answer it
  // returns nothing, and the contract with lib/ counts as broken.
  std::optional<uint32_t> NumberOf(napi_value answer) noexcept;
  // Check takes the result of a Node-API call that belongs to the request. It returns false for a
  // failure, and stores its exception.
  bool Check(napi_status status) noexcept;

 private:
  static constexpr size_t kMostValues = 8;
  void AddValue(napi_value value) noexcept;
  void BreakContract(const char* message) noexcept;
  napi_value Escape(napi_value value) noexcept;

  JsAsker* asker_;
  napi_escapable_handle_scope scope_ = nullptr;
  bool has_failed_ = false;
  std::array<napi_value, kMostValues> values_ = {};
  size_t num_values_ = 0;
};

}  // namespace hermetic::napi
