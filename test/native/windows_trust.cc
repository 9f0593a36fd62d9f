// Evaluation by native/trust of the properties that certificates have in the stores of Windows.
//   windows_trust combine
//     reads certificates from standard input, one a line, as several places have them: `instance`
//     before each, then any of allowed=LIST disallowed-since=TIME disallowed=LIST not-before=TIME
//     not-before-usages=LIST; an empty LIST is
//     "-". Now is 1000. Prints the purposes, the distrust, the end, the source: the number of an
//     instance.
//   windows_trust verify TIME PURPOSES ROOT LEAF...
//     prints the outcome of each leaf's verification for servers, X509_V_ERR_*, and its depth; ROOT
//     ends at TIME
#include <openssl/pem.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "native/trust/files/read_bundle.h"
#include "native/trust/store/intermediates.h"
#include "native/trust/store/lazy_store.h"
#include "native/trust/windows/settings.h"

namespace {

using namespace hermetic;

trust::Purposes Split(const std::string& text) {
  trust::Purposes purposes;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    if (word != "-") purposes.push_back(word);
  }
  return purposes;
}

std::string Join(const trust::Purposes& purposes) {
  std::string text;
  for (const std::string& purpose : purposes) text += (text.empty() ? "" : ",") + purpose;
  return text.empty() ? "-" : text;
}

void Set(const std::string& key, const std::string& value, trust::windows::Instance* out) {
  if (key == "allowed") out->allowed = Split(value);
  if (key == "disallowed-since") out->disallowed_since = std::stoll(value);
  if (key == "disallowed") out->disallowed = Split(value);
  if (key == "not-before") out->not_before = std::stoll(value);
  if (key == "not-before-usages") out->not_before_usages = Split(value);
}

int Combine() {
  for (std::string line; std::getline(std::cin, line);) {
    std::vector<trust::windows::Instance> instances;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      const size_t at = word.find('=');
      if (word == "instance") {
        instances.push_back({std::to_string(instances.size())});
      } else {
        Set(word.substr(0, at), word.substr(at + 1), &instances.back());
      }
    }
    const trust::TrustEntry entry =
        trust::windows::EntryOf({}, trust::EntryRole::kAnchor, instances, 1000);
    const auto& end = entry.distrust_after;
    std::printf("%s %s %s %s\n", entry.trusted_for ? Join(*entry.trusted_for).c_str() : "all",
                Join(entry.distrusted_for).c_str(),
                end ? (std::to_string(end->time) + ":" + Join(end->purposes)).c_str() : "none",
                entry.source.c_str());
  }
  return 0;
}

openssl::X509Ptr ReadCertificate(const std::string& file) {
  const openssl::BioPtr bio(BIO_new_file(file.c_str(), "r"));
  return openssl::X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

struct StoreContextDeleter {
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};

int Verify(const std::vector<std::string>& arguments) {
  trust::TrustEntries read;
  trust::ReadBundle(arguments.at(2), trust::Take::kAll, &read);
  read.entries.at(0).distrust_after = {std::stoll(arguments.at(0)), Split(arguments.at(1))};
  auto set = std::make_shared<const trust::RootSet>(std::move(read));
  auto store = trust::MakeLazyStore({std::move(set), trust::kServerAuth, {}});
  for (size_t i = 3; i < arguments.size(); ++i) {
    const openssl::X509Ptr leaf = ReadCertificate(arguments[i]);
    const std::unique_ptr<X509_STORE_CTX, StoreContextDeleter> context(X509_STORE_CTX_new());
    if (X509_STORE_CTX_init(context.get(), store->get(), leaf.get(), nullptr) != 1) return 1;
    const int is_verified = trust::VerifyWithIntermediates(context.get());
    std::printf("%d %d %d\n", is_verified, X509_STORE_CTX_get_error(context.get()),
                X509_STORE_CTX_get_error_depth(context.get()));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 2, argv + argc);
  return std::string(argv[1]) == "combine" ? Combine() : Verify(arguments);
}
