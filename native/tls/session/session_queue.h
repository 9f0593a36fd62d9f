// SessionQueue keeps the sessions that OpenSSL has made for a connection, until the application
// takes them: a client has one for each ticket.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "native/openssl/ptr.h"

namespace hermetic::tls {

class SessionQueue {
 public:
  // Add drops the oldest session of a peer that sends tickets without end.
  void Add(openssl::SslSessionPtr session) {
    if (sessions_.size() == kMost) sessions_.erase(sessions_.begin());
    sessions_.push_back(std::move(session));
  }
  std::vector<openssl::SslSessionPtr> TakeAll() { return std::exchange(sessions_, {}); }

 private:
  static constexpr size_t kMost = 32;
  std::vector<openssl::SslSessionPtr> sessions_;
};

}  // namespace hermetic::tls
