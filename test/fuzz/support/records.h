// TLS records between two connections of one process: taken apart, opened and sealed again with the
// keys that both have logged. A change reaches what is behind the encryption of TLS 1.3 that way.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/bytes.h"

namespace hermetic::fuzz {

inline constexpr uint8_t kHandshakeType = 22;
inline constexpr uint8_t kApplicationDataType = 23;

struct Record {
  uint8_t type = 0;  // of what is inside where the record was opened
  uint16_t version = 0;
  Bytes payload;
  // The log's name of the secret that opened it; empty where it is as it was sent.
  std::string secret;
};

// SplitRecords stops at the first record that is not whole, and gives what remains in `rest`.
std::vector<Record> SplitRecords(ByteView flight, ByteView* rest);

// RecordKeys are one end's secrets (TLS_AES_128_GCM_SHA256, RFC 8446, 7.3), by their names in a key
// log.
class RecordKeys {
 public:
  void AddLog(std::string_view lines);
  // Open replaces an encrypted record by what is inside, if a secret of the sender fits.
  void Open(bool sender_is_server, Record* record);
  // Seal encrypts the record by the secret of its name, or by that of the sender where this end has
  // not got so far.
  void Seal(const RecordKeys& sender, Record* record);

 private:
  struct Direction {
    std::array<uint8_t, 16> key;
    std::array<uint8_t, 12> iv;
    uint64_t num_records = 0;
  };
  Direction* Find(const std::string& secret);

  std::map<std::string, Bytes, std::less<>> secrets_;
  std::map<std::string, Direction, std::less<>> directions_;
};

Bytes Join(const Record& record);

}  // namespace hermetic::fuzz
