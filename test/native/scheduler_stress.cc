// Starts and cancels thousands of derivations from several threads, while the number of pool
// threads, the limit and the engines change; compares every output with PKCS5_PBKDF2_HMAC, and
// counts the calls of Finished. To be built under ThreadSanitizer. Arguments: seconds.
#include <openssl/evp.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "native/kdf/engines.h"
#include "native/kdf/scheduler.h"
#include "native/kdf/selection.h"
#include "native/threads/pool.h"

using hermetic::ByteView;
using hermetic::ErrorKind;
using hermetic::Status;
using hermetic::kdf::Digest;
using hermetic::kdf::Scheduler;

namespace {

constexpr const char* kDigests[] = {"SHA1",       "SHA224",     "SHA256",   "SHA384", "SHA512",
                                    "SHA512-224", "SHA512-256", "SHA3-256", "MD5",    "BLAKE2s256"};
constexpr size_t kMaxPending = 400;

std::atomic<long> num_ok;
std::atomic<long> num_cancelled;
std::atomic<long> num_refused;
std::atomic<long> num_wrong;

struct Request {
  const EVP_MD* md;
  std::string password;
  std::string salt;
  int iterations;
  size_t dklen;
};

ByteView Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class Task final : public hermetic::kdf::Task {
 public:
  Task(const Request& request, const Digest& digest)
      : hermetic::kdf::Task(digest, Bytes(request.password), Bytes(request.salt),
                            static_cast<uint32_t>(request.iterations), request.dklen),
        request_(request) {}

  void Finished(std::shared_ptr<hermetic::kdf::Task> /*self*/, Status status) noexcept override {
    if (is_finished.exchange(true)) ++num_wrong;
    if (!status.ok()) {
      if (status.error().kind != ErrorKind::kState) ++num_wrong;
      ++num_cancelled;
      return;
    }
    std::vector<uint8_t> expected(request_.dklen);
    PKCS5_PBKDF2_HMAC(request_.password.data(), static_cast<int>(request_.password.size()),
                      Bytes(request_.salt).data(), static_cast<int>(request_.salt.size()),
                      request_.iterations, request_.md, static_cast<int>(expected.size()),
                      expected.data());
    if (!std::equal(expected.begin(), expected.end(), output().begin(), output().end()))
      ++num_wrong;
    ++num_ok;
  }

  std::atomic<bool> is_finished = false;

 private:
  Request request_;
};

Request SomeRequest(std::mt19937& random, const std::vector<EVP_MD*>& digests) {
  const int most_iterations = random() % 4 == 0 ? 20000 : 300;
  return {digests[random() % digests.size()], std::string(random() % 200, 'p'),
          std::string(random() % 100, 's'), 1 + static_cast<int>(random() % most_iterations),
          1 + random() % (random() % 8 == 0 ? 3000 : 64)};
}

void StartAndCancel(unsigned seed, const std::vector<EVP_MD*>& digests,
                    const std::atomic<bool>& is_over) {
  std::mt19937 random(seed);
  Scheduler& scheduler = Scheduler::Shared();
  std::vector<std::shared_ptr<Task>> started;
  while (!is_over) {
    const Request request = SomeRequest(random, digests);
    const Digest digest = {request.md, "", static_cast<size_t>(EVP_MD_get_size(request.md))};
    const auto task = std::make_shared<Task>(request, digest);
    if (scheduler.Start(task).ok()) {
      started.push_back(task);
    } else {
      ++num_refused;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (!started.empty() && random() % 5 == 0) scheduler.Cancel(started[random() % started.size()]);
  }
  for (const auto& task : started) {
    if (random() % 3 == 0) scheduler.Cancel(task);
    while (!task->is_finished) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void ChangeSettings(const std::atomic<bool>& is_over) {
  std::mt19937 random(0);
  const auto engines = hermetic::kdf::EngineNames();
  while (!is_over) {
    hermetic::threads::SetNumThreads(1 + random() % 6);
    Scheduler::Shared().SetMaxPending(random() % 4 == 0 ? 10 : kMaxPending);
    const auto engine = random() % 2 == 0 ? engines[random() % engines.size()] : "";
    if (random() % 20 == 0)
      hermetic::kdf::Selection::SetRules(*hermetic::kdf::ParseRules(engine, ""));
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 5));
  }
}

}  // namespace

int main(int /*argc*/, char** argv) {
  std::vector<EVP_MD*> digests;
  for (const char* name : kDigests) digests.push_back(EVP_MD_fetch(nullptr, name, nullptr));
  std::atomic<bool> is_over = false;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i)
    threads.emplace_back([&, i] { StartAndCancel(i, digests, is_over); });
  threads.emplace_back([&] { ChangeSettings(is_over); });
  std::this_thread::sleep_for(std::chrono::seconds(std::atoi(argv[1])));
  is_over = true;
  for (std::thread& thread : threads) thread.join();
  Scheduler& scheduler = Scheduler::Shared();
  for (int i = 0; i < 1000 && scheduler.NumWorkers() > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (scheduler.NumPending() != 0 || scheduler.NumWorkers() != 0) ++num_wrong;
  std::printf("%ld right, %ld cancelled, %ld refused, %ld wrong\n", num_ok.load(),
              num_cancelled.load(), num_refused.load(), num_wrong.load());
  for (EVP_MD* md : digests) EVP_MD_free(md);
  return num_wrong == 0 ? 0 : 1;
}
