// Behaviour of native/trust that only other platforms or a sanitizer show:
//   trust_store verify ANCHORS INTERMEDIATES DISTRUSTED LEAF...
//     prints the outcome of each leaf's verification, X509_V_ERR_*, with and then without
//     PARTIAL_CHAIN, by a store whose intermediates came from a platform's store, as on Windows
//   trust_store threads SECONDS BUNDLE LEAF STRANGER
//     verifies on several threads with the shared store of a bundle that changes all the time;
//     prints what went wrong
//   trust_store cached BUNDLE DISTRUSTED
//     prints how many allocations OpenSSL makes for the extensions of certificates that are ready
//     to be shared, and of one that is not: only the latter has to be more than 0
//   trust_store first SECONDS BUNDLE DIRECTORY LEAF...
//     builds the first chains to authorities of a store, in a bundle and in a hashed directory, on
//     several threads at once, again and again; what OpenSSL frees is overwritten, so that a use of
//     it ends the program
#include <malloc.h>
#include <openssl/pem.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "native/openssl/pem_input.h"
#include "native/trust/files/read_bundle.h"
#include "native/trust/files/read_file.h"
#include "native/trust/store/intermediates.h"
#include "native/trust/store/lazy_store.h"
#include "native/trust/store/root_store.h"

namespace {

using namespace hermetic;

openssl::X509Ptr ReadCertificate(const std::string& file) {
  const openssl::BioPtr bio(BIO_new_file(file.c_str(), "r"));
  return openssl::X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

struct StoreContextDeleter {
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};

int Verify(X509_STORE* store, X509* leaf, unsigned long flags) {
  const std::unique_ptr<X509_STORE_CTX, StoreContextDeleter> context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), store, leaf, nullptr) != 1) return -1;
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  X509_STORE_CTX_set_flags(context.get(), flags | X509_V_FLAG_TRUSTED_FIRST);
  trust::VerifyWithIntermediates(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

void ReadAs(const std::string& file, trust::EntryRole role, bool is_distrusted,
            trust::TrustEntries* out) {
  trust::TrustEntries read;
  trust::ReadBundle(file, trust::Take::kAll, &read);
  for (trust::TrustEntry& entry : read.entries) {
    entry.role = role;
    if (is_distrusted) entry.distrusted_for = {trust::kAnyPurpose};
    out->entries.push_back(std::move(entry));
  }
}

int VerifyEach(const std::vector<std::string>& arguments) {
  trust::TrustEntries read;
  ReadAs(arguments.at(0), trust::EntryRole::kAnchor, false, &read);
  ReadAs(arguments.at(1), trust::EntryRole::kIntermediate, false, &read);
  ReadAs(arguments.at(2), trust::EntryRole::kIntermediate, true, &read);
  auto set = std::make_shared<const trust::RootSet>(std::move(read));
  auto store = trust::MakeLazyStore({std::move(set), trust::kServerAuth, {}});
  for (size_t i = 3; i < arguments.size(); ++i) {
    const openssl::X509Ptr leaf = ReadCertificate(arguments[i]);
    std::printf("%d %d\n", Verify(store->get(), leaf.get(), X509_V_FLAG_PARTIAL_CHAIN),
                Verify(store->get(), leaf.get(), 0));
  }
  return 0;
}

// Never half of it: the bundle is replaced by a rename.
void Replace(const std::string& file, const std::string& text, int round) {
  const std::string next = file + ".next";
  std::ofstream(next) << text << std::string(static_cast<size_t>(round % 7), '\n');
  std::filesystem::rename(next, file);
}

int VerifyOnThreads(const std::vector<std::string>& arguments) {
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(std::stoi(arguments.at(0)));
  const std::string& bundle = arguments.at(1);
  const auto text = trust::ReadFile(bundle);
  std::atomic<int> verified = 0;
  std::atomic<int> wrong = 0;
  const auto work = [&] {
    const openssl::X509Ptr leaf = ReadCertificate(arguments.at(2));
    const openssl::X509Ptr stranger = ReadCertificate(arguments.at(3));
    for (int i = 0; std::chrono::steady_clock::now() < end; ++i) {
      auto store = trust::SharedStore({bundle, ""}, i % 2 == 0 ? trust::kServerAuth : "");
      if (Verify(store->get(), leaf.get(), 0) != X509_V_OK) ++wrong;
      if (Verify(store->get(), stranger.get(), 0) == X509_V_OK) ++wrong;
      if (i % 16 == 3 && !trust::AllObjects(store->get()).ok()) ++wrong;
      if (i % 16 == 5 && trust::ListedSet({bundle, ""})->entries().empty()) ++wrong;
      auto own = trust::CopyStore(store->get());
      if (!trust::AddCertificate(own->get(), stranger.get()).ok()) ++wrong;
      ++verified;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  const std::string pem(text.value().begin(), text.value().end());
  for (int i = 0; std::chrono::steady_clock::now() < end; ++i) {
    Replace(bundle, pem, i);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  for (std::thread& thread : threads) thread.join();
  std::printf("%d verified, %d wrong\n", verified.load(), wrong.load());
  return 0;
}

std::atomic<int> allocations = 0;
std::atomic<bool> is_interleaved = false;

// Another thread may go on at each allocation and release, or the first looks would seldom meet.
void* Allocate(size_t size, const char* /*file*/, int /*line*/) {
  ++allocations;
  if (is_interleaved) std::this_thread::yield();
  return std::malloc(size);
}

void Free(void* memory, const char* /*file*/, int /*line*/) {
  if (memory == nullptr) return;
  std::memset(memory, 0xdd, malloc_usable_size(memory));
  if (is_interleaved) std::this_thread::sleep_for(std::chrono::microseconds(1));
  std::free(memory);
}

void* Reallocate(void* memory, size_t size, const char* file, int line) {
  if (size == 0) return Free(memory, file, line), nullptr;
  void* const larger = Allocate(size, file, line);
  if (memory == nullptr || larger == nullptr) return larger;
  std::memcpy(larger, memory, std::min(size, malloc_usable_size(memory)));
  Free(memory, file, line);
  return larger;
}

// OpenSSL takes nothing that it has already.
int AllocationsFor(X509* certificate) {
  const int before = allocations;
  X509_check_purpose(certificate, -1, 0);
  return allocations - before;
}

int CountAllocations(const std::vector<std::string>& arguments) {
  trust::TrustEntries read;
  ReadAs(arguments.at(0), trust::EntryRole::kAnchor, false, &read);
  ReadAs(arguments.at(0), trust::EntryRole::kIntermediate, false, &read);
  ReadAs(arguments.at(1), trust::EntryRole::kIntermediate, true, &read);
  const trust::RootSet set(std::move(read));
  for (size_t i = 0; i < set.entries().size(); ++i) {
    std::printf("of the set %d\n", AllocationsFor(set.Certificate(i)));
  }
  const openssl::X509StorePtr store(X509_STORE_new());
  const openssl::X509Ptr added = ReadCertificate(arguments.at(0));
  if (!trust::AddCertificate(store.get(), added.get()).ok()) return 1;
  std::printf("added %d\n", AllocationsFor(added.get()));
  std::printf("not shared %d\n", AllocationsFor(ReadCertificate(arguments.at(0)).get()));
  return 0;
}

openssl::X509StorePtr MakeStore(const std::string& bundle, const std::string& directory) {
  trust::TrustEntries read;
  ReadAs(bundle, trust::EntryRole::kAnchor, false, &read);
  trust::RootPlaces places;
  places.directories = {directory};
  auto set = std::make_shared<const trust::RootSet>(std::move(read));
  auto store = trust::MakeLazyStore({std::move(set), trust::kServerAuth, std::move(places)});
  return std::move(*store);
}

int BuildFirstChains(const std::vector<std::string>& arguments) {
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(std::stoi(arguments.at(0)));
  openssl::X509StorePtr store;
  constexpr int kFewestRounds = 10;  // also on a processor that has other work
  int rounds = 0;
  bool goes_on = true;
  const auto begin_round = [&]() noexcept {
    goes_on = rounds < kFewestRounds || std::chrono::steady_clock::now() < end;
    store = goes_on ? MakeStore(arguments.at(1), arguments.at(2)) : nullptr;
    rounds += goes_on ? 1 : 0;
  };
  constexpr int kThreads = 4;
  std::barrier barrier(kThreads, begin_round);
  std::atomic<int> wrong = 0;
  is_interleaved = true;
  const auto work = [&] {
    std::vector<openssl::X509Ptr> leaves;
    for (size_t i = 3; i < arguments.size(); ++i) leaves.push_back(ReadCertificate(arguments[i]));
    for (barrier.arrive_and_wait(); goes_on; barrier.arrive_and_wait()) {
      for (const openssl::X509Ptr& leaf : leaves) {
        if (Verify(store.get(), leaf.get(), 0) != X509_V_OK) ++wrong;
      }
      if (!trust::AllObjects(store.get()).ok()) ++wrong;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  std::printf("%d rounds, %d wrong\n", rounds, wrong.load());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 2, argv + argc);
  if (CRYPTO_set_mem_functions(Allocate, Reallocate, Free) != 1) return 2;
  if (std::string(argv[1]) == "verify") return VerifyEach(arguments);
  if (std::string(argv[1]) == "threads") return VerifyOnThreads(arguments);
  if (std::string(argv[1]) == "cached") return CountAllocations(arguments);
  if (std::string(argv[1]) == "first") return BuildFirstChains(arguments);
  return 2;
}
