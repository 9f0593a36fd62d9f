// See stream_set.h.
#include "native/stream/stream_set.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/transport/descriptor.h"
#include "native/transport/ready_set.h"

namespace hermetic::stream {
Status StreamSet::Open() {
  const int error = ready_.Open();
  if (error != 0) return SystemError(error, "epoll_create1", "");
  return Ok();
}

Result<uint32_t> StreamSet::Add(int descriptor) {
  if (!transport::IsStreamSocket(descriptor)) return SystemError(ENOTSOCK, "getsockopt", "");
  const uint32_t number = NewNumber();
  const int error = ready_.Add(descriptor, number);
  if (error != 0) {
    free_.push_back(number);
    return SystemError(error, "epoll_ctl", "");
  }
  streams_[number].descriptor = descriptor;
  return number;
}

uint32_t StreamSet::NewNumber() {
  if (free_.empty()) {
    streams_.emplace_back();
    return static_cast<uint32_t>(streams_.size() - 1);
  }
  const uint32_t number = free_.back();
  free_.pop_back();
  return number;
}

bool StreamSet::Has(uint32_t number) const {
  return number < streams_.size() && streams_[number].descriptor >= 0;
}

Bytes StreamSet::Remove(uint32_t number) {
  Stream& stream = streams_[number];
  ready_.Remove(stream.descriptor);
  Bytes unsent = stream.unsent.TakeBack(stream.unsent.size());
  stream = {};
  removed_.push_back(number);
  return unsent;
}

StreamSet::Received StreamSet::Receive(uint32_t number, size_t most) {
  if (receive_memory_.empty()) receive_memory_.resize(kMostReceived);
  const MutableByteView out =
      MutableByteView(receive_memory_).first(std::min(most, receive_memory_.size()));
  const transport::Moved moved = transport::Receive(streams_[number].descriptor, out);
  return {out.first(moved.count), moved, moved.count < out.size()};
}

int StreamSet::Send(uint32_t number, ByteView bytes) {
  Stream& stream = streams_[number];
  if (!stream.unsent.empty()) {
    stream.unsent.Append(bytes);
    return 0;
  }
  const transport::Moved sent = transport::Send(stream.descriptor, bytes);
  if (sent.error != 0 || sent.count == bytes.size()) return sent.error;
  stream.unsent.Append(bytes.subspan(sent.count));
  if (stream.awaits_send) return 0;
  stream.awaits_send = true;
  return ready_.AwaitSend(stream.descriptor, number);
}

size_t StreamSet::NumUnsent(uint32_t number) const { return streams_[number].unsent.size(); }

MutableByteView StreamSet::SendMemory(size_t size) {
  if (send_memory_.size() < size) send_memory_.resize(size);
  return send_memory_;
}

int StreamSet::SendQueue(Stream* stream, size_t* sent) {
  const transport::Moved moved = transport::Send(stream->descriptor, stream->unsent.Front());
  stream->unsent.Drop(moved.count);
  *sent = moved.count;
  return moved.error;
}

Change StreamSet::ChangeOf(const transport::Ready& ready) {
  Change change = {
      .number = ready.number, .may_receive = ready.may_receive, .has_ended = ready.has_ended};
  Stream& stream = streams_[ready.number];
  if (!ready.may_send || stream.unsent.empty()) return change;
  size_t sent = 0;
  change.error = SendQueue(&stream, &sent);
  change.has_sent = sent > 0;
  change.is_drained = stream.unsent.empty();
  return change;
}

std::span<const Change> StreamSet::Wait() {
  std::array<transport::Ready, kMostChanges> ready;
  const size_t count = ready_.Wait(ready);
  changes_.clear();
  for (const transport::Ready& one : std::span(ready).first(count)) {
    if (!Has(one.number)) continue;
    const Change change = ChangeOf(one);
    if (change.may_receive || change.has_sent || change.error != 0) changes_.push_back(change);
  }
  // Only now: what was removed before this call cannot be among the changes of the next one.
  free_.insert(free_.end(), removed_.begin(), removed_.end());
  removed_.clear();
  return changes_;
}

}  // namespace hermetic::stream
