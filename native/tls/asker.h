// Asker answers what OpenSSL asks in the middle of a step and cannot wait for
// (docs/decisions/0009-what-asks-directly.md). How it does is not known here;
// native/napi/tls_asker.h asks JavaScript.
#pragma once

namespace hermetic::tls {

// A method is one question. None lets an exception out: OpenSSL's frames are below it. What goes
// wrong is a refusal, and is told after the step.
class Asker {
 public:
  Asker() = default;
  virtual ~Asker() = default;
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;
};

// Stepping is what a connection knows of the step that runs on it.
struct Stepping {
  bool is_running = false;
  bool is_closed = false;  // by its own step: the connection is destroyed when that has ended
  Asker* asker = nullptr;  // null between steps, and where nobody is asked
};

// StepScope is one step. A connection has an asker only while there is one.
class StepScope {
 public:
  StepScope(Stepping* stepping, Asker* asker) : stepping_(stepping) {
    stepping_->is_running = true;
    stepping_->asker = asker;
  }
  ~StepScope() {
    stepping_->is_running = false;
    stepping_->asker = nullptr;
  }
  StepScope(const StepScope&) = delete;
  StepScope& operator=(const StepScope&) = delete;

 private:
  Stepping* stepping_;
};

}  // namespace hermetic::tls
