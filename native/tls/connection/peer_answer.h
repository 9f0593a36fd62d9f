// What the application says of a peer's certificate (lib: verifyCallback).
#pragma once

#include <cstdint>
#include <optional>

namespace hermetic::tls {

enum class PeerVerdict : uint8_t {
  kStands = 0,  // what the verification has come to
  kAccept = 1,  // although it failed
  kRefuse = 2,  // although it may have succeeded
  kLater = 3,   // a server goes on without the answer, and tells nobody anything before it has come
};

struct PeerAnswer {
  PeerVerdict verdict = PeerVerdict::kRefuse;
  std::optional<uint8_t> alert;  // of kRefuse: in place of the one for the error
};

// ToPeerAnswer decodes an answer of lib/ssl/engine/peer-question.ts: a verdict, or 256 and more for
// a refusal with the alert above that. Any other number is a refusal.
PeerAnswer ToPeerAnswer(int64_t code);

}  // namespace hermetic::tls
