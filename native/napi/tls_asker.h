// JsAsker has JavaScript answer what OpenSSL asks in the middle of a step. It calls one function,
// which lib/ssl/engine/direct-answers.ts hands over with the step: ask(kind, ...values). No
// exception crosses OpenSSL's frames: what the function throws is remembered, stands for a refusal,
// and is thrown after the step.
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
  // The argument is the function; null or undefined where nothing is to be asked.
  JsAsker(const Napi::CallbackInfo& info, size_t index);

  bool is_there() const { return ask_ != nullptr; }
  // Whether a question could not be asked, or the function threw.
  bool has_failed() const { return has_failed_; }
  // Rethrow throws in JavaScript what came out of the function, once the step has ended. It gives
  // what the entry is to return then.
  Napi::Value Rethrow() noexcept;

  tls::PskOffer AskPskClient(std::optional<ByteView> hint, bool is_tls13) noexcept override;
  openssl::SecureBytes AskPskServer(std::optional<ByteView> identity,
                                    bool is_tls13) noexcept override;
  tls::PeerAnswer JudgePeer() noexcept override;

 private:
  friend class Question;
  napi_env env_;
  napi_value ask_ = nullptr;
  bool has_failed_ = false;
  napi_value thrown_ = nullptr;  // the first; in the scope of the entry
};

// Question is one call of the function, in a handle scope of its own. After a failure everything
// more is left undone, and there is no answer. An environment that is being terminated refuses
// every call.
class Question {
 public:
  Question(JsAsker* asker, const char* kind) noexcept;
  ~Question();
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  napi_env env() const { return asker_->env_; }
  void Add(bool value) noexcept;
  // The bytes are copied; nothing is null.
  void Add(std::optional<ByteView> bytes) noexcept;
  // Ask gives the answer; null after a failure.
  napi_value Ask() noexcept;
  // IsNull tells of an answer that it is null or undefined, and there is none after a failure.
  bool IsNull(napi_value answer) noexcept;
  // ElementOf is an element of an answer that must be an array; null after a failure.
  napi_value ElementOf(napi_value answer, uint32_t index) noexcept;
  // BytesOf copies an answer that must be a Uint8Array of at most `most` bytes. For any other it
  // gives nothing, and the contract with lib/ counts as broken.
  std::optional<openssl::SecureBytes> BytesOf(napi_value answer, size_t most) noexcept;
  // NumberOf is an answer that must be a whole number of 32 bits. For any other it gives nothing,
  // and the contract with lib/ counts as broken.
  std::optional<uint32_t> NumberOf(napi_value answer) noexcept;
  // Check takes the outcome of a call of Node-API's that concerns the question: false for a
  // failure, whose exception it remembers.
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
