// The application's answer about a peer's certificate (lib: verifyCallback).
#pragma once

#include <cstdint>
#include <optional>

namespace hermetic::tls {

// lib has the same numbers (lib/ssl/engine/codes.ts).
enum class PeerVerdict : uint8_t {
  kStands = 0,  // the result of the verification
  kAccept = 1,  // although verification failed
  kRefuse = 2,  // although verification may have succeeded
  kLater = 3,   // a server continues without the answer, and reports nothing until it arrives
};

struct PeerAnswer {
  PeerVerdict verdict = PeerVerdict::kRefuse;
  std::optional<uint8_t> alert;  // for kRefuse: replaces the alert for the error
};

}  // namespace hermetic::tls
