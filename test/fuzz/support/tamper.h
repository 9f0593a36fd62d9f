// Changes to flights on their way, as the fuzz input lists them.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "test/fuzz/support/input.h"
#include "test/fuzz/support/records.h"

namespace hermetic::fuzz {

struct Change {
  enum class Kind : uint8_t { kReplace, kInsert, kDelete, kRepeat, kCut, kGarbage, kAppend, kDrop };
  uint8_t flight = 0;
  Kind kind = Kind::kReplace;
  // Whether it is inside a record, opened if it is encrypted, and the lengths around it follow.
  bool is_inside = false;
  bool mends_lengths = false;
  uint8_t record = 0;
  uint16_t offset = 0;
  uint8_t len = 0;
  ByteView bytes;
};

// ReadChanges reads up to the end of the input.
std::vector<Change> ReadChanges(Input* input);
// EncodeChange is what ReadChanges reads.
Bytes EncodeChange(const Change& change);

// Wire carries flights between a client and a server, which have both logged their keys.
class Wire {
 public:
  // Without `reseals` records pass as they are, and changes inside encrypted ones break them.
  Wire(std::vector<Change> changes, bool reseals)
      : changes_(std::move(changes)), reseals_(reseals) {}

  RecordKeys& keys(bool of_server) { return of_server ? server_ : client_; }
  // Carry gives `arrive` the flight record by record, since the receiver derives the keys for the
  // next one from the last; or at once where a change is outside of records.
  void Carry(bool sender_is_server, ByteView flight, const std::function<void(ByteView)>& arrive);

 private:
  std::vector<Record> OpenRecords(bool sender_is_server, ByteView flight, ByteView* rest);
  Bytes Pack(bool sender_is_server, Record record);
  bool HasOuterChange() const;

  std::vector<Change> changes_;
  bool reseals_;
  unsigned num_flights_ = 0;
  RecordKeys client_;
  RecordKeys server_;
};

}  // namespace hermetic::fuzz
