// See tamper.h.
#include "test/fuzz/support/tamper.h"

#include <algorithm>
#include <utility>

namespace hermetic::fuzz {
namespace {

using Kind = Change::Kind;

constexpr uint8_t kNumKinds = 8;
constexpr uint8_t kInside = 0x10;
constexpr uint8_t kMends = 0x20;
constexpr size_t kHandshakeHeaderLen = 4;
constexpr size_t kMostBytes = 1 << 16;

void Apply(const Change& change, Bytes* bytes) {
  const auto begin = bytes->begin();
  const auto at = begin + static_cast<ptrdiff_t>(std::min<size_t>(change.offset, bytes->size()));
  const auto end = at + std::min<ptrdiff_t>(change.len, bytes->end() - at);
  switch (change.kind) {
    case Kind::kReplace:
      std::copy_n(
          change.bytes.begin(),
          std::min<ptrdiff_t>(static_cast<ptrdiff_t>(change.bytes.size()), bytes->end() - at), at);
      break;
    case Kind::kInsert:
      bytes->insert(at, change.bytes.begin(), change.bytes.end());
      break;
    case Kind::kDelete:
      bytes->erase(at, end);
      break;
    case Kind::kRepeat: {
      const Bytes range(at, end);
      bytes->insert(at, range.begin(), range.end());
      break;
    }
    case Kind::kCut:
      bytes->erase(at, bytes->end());
      break;
    case Kind::kGarbage:
      bytes->assign(change.bytes.begin(), change.bytes.end());
      break;
    case Kind::kAppend:
      bytes->insert(bytes->end(), change.bytes.begin(), change.bytes.end());
      break;
    case Kind::kDrop:
      bytes->clear();
      break;
  }
}

size_t LengthAt(const Bytes& bytes, size_t offset) {
  return static_cast<size_t>(bytes[offset]) << 16 | static_cast<size_t>(bytes[offset + 1]) << 8 |
         bytes[offset + 2];
}

// The handshake message that the offset is in, as the offset of its header; the last one where it
// is behind all.
size_t MessageAt(const Bytes& payload, size_t offset) {
  size_t start = 0;
  for (;;) {
    if (start + kHandshakeHeaderLen > payload.size()) return start;
    const size_t next = start + kHandshakeHeaderLen + LengthAt(payload, start + 1);
    if (next > offset || next >= payload.size()) return start;
    start = next;
  }
}

void ApplyInside(const Change& change, Record* record) {
  Bytes& payload = record->payload;
  const size_t message = MessageAt(payload, change.offset);
  const size_t before = payload.size();
  Apply(change, &payload);
  if (!change.mends_lengths || record->type != kHandshakeType ||
      message + kHandshakeHeaderLen > std::min(before, payload.size())) {
    return;
  }
  const size_t len = LengthAt(payload, message + 1) + payload.size() - before;
  for (size_t i = 0; i < 3; ++i)
    payload[message + 1 + i] = static_cast<uint8_t>(len >> (16 - 8 * i));
}

}  // namespace

std::vector<Change> ReadChanges(Input* input) {
  std::vector<Change> changes;
  while (!input->empty()) {
    Change change;
    change.flight = input->TakeByte();
    const uint8_t kind = input->TakeByte();
    change.kind = static_cast<Kind>(kind % kNumKinds);
    change.is_inside = (kind & kInside) != 0;
    change.mends_lengths = (kind & kMends) != 0;
    change.record = input->TakeByte();
    change.offset = input->TakeUint16();
    change.len = input->TakeByte();
    change.bytes = input->TakeCounted();
    changes.push_back(change);
  }
  return changes;
}

Bytes EncodeChange(const Change& change) {
  Bytes bytes = {
      change.flight,
      static_cast<uint8_t>(static_cast<unsigned>(change.kind) | (change.is_inside ? kInside : 0U) |
                           (change.mends_lengths ? kMends : 0U)),
      change.record,
      static_cast<uint8_t>(change.offset >> 8),
      static_cast<uint8_t>(change.offset),
      change.len,
      static_cast<uint8_t>(change.bytes.size())};
  bytes.insert(bytes.end(), change.bytes.begin(), change.bytes.end());
  return bytes;
}

std::vector<Record> Wire::OpenRecords(bool sender_is_server, ByteView flight, ByteView* rest) {
  std::vector<Record> records = SplitRecords(flight, rest);
  for (Record& record : records) {
    if (reseals_) keys(sender_is_server).Open(sender_is_server, &record);
  }
  for (const Change& change : changes_) {
    if (change.flight != num_flights_ || !change.is_inside || records.empty()) continue;
    Record& record = records[change.record % records.size()];
    if (record.payload.size() < kMostBytes) ApplyInside(change, &record);
  }
  return records;
}

Bytes Wire::Pack(bool sender_is_server, Record record) {
  if (!record.secret.empty()) keys(!sender_is_server).Seal(keys(sender_is_server), &record);
  return Join(record);
}

bool Wire::HasOuterChange() const {
  return std::any_of(changes_.begin(), changes_.end(), [this](const Change& change) {
    return change.flight == num_flights_ && !change.is_inside;
  });
}

void Wire::Carry(bool sender_is_server, ByteView flight,
                 const std::function<void(ByteView)>& arrive) {
  ByteView rest;
  const bool arrives_whole = HasOuterChange();
  Bytes whole;
  for (Record& record : OpenRecords(sender_is_server, flight, &rest)) {
    const Bytes packed = Pack(sender_is_server, std::move(record));
    if (!arrives_whole) arrive(packed);
    whole.insert(whole.end(), packed.begin(), packed.end());
  }
  const unsigned number = num_flights_++;
  if (!arrives_whole) return arrive(rest);
  whole.insert(whole.end(), rest.begin(), rest.end());
  for (const Change& change : changes_) {
    const bool is_due = change.flight == number && !change.is_inside;
    if (is_due && whole.size() < kMostBytes) Apply(change, &whole);
  }
  arrive(whole);
}

}  // namespace hermetic::fuzz
