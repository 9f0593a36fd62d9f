// Prints what AvailableAlgorithms lists, and what OpenSSL's default provider has and FindAlgorithm
// gives, a line each.
#include <openssl/evp.h>

#include <cstdio>
#include <set>
#include <string>

#include "native/digest/algorithms.h"

namespace {

using hermetic::digest::FindAlgorithm;

void Collect(EVP_MD* md, void* names) {
  const auto found = FindAlgorithm(EVP_MD_get0_name(md));
  if (found.ok()) static_cast<std::set<std::string>*>(names)->insert(found.value()->name);
}

}  // namespace

int main() {
  for (const std::string_view name : hermetic::digest::AvailableAlgorithms()) {
    printf("%.*s ", static_cast<int>(name.size()), name.data());
  }
  std::set<std::string> provided;
  EVP_MD_do_all_provided(nullptr, Collect, &provided);
  printf("\n");
  for (const std::string& name : provided) printf("%s ", name.c_str());
  printf("\n");
  return 0;
}
