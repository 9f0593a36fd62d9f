// Core Foundation and Security of macOS, as far as native/trust asks for them, for a program on
// Linux. The files under test are compiled with -Ddlopen=FakeOpen -Ddlsym=FakeSymbol.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fakes {

struct Setting {
  std::map<std::string, std::string> strings;  // by key
  std::map<std::string, int64_t> numbers;      // by key
  std::optional<std::string> policy;           // object identifier
};

// System is what the fakes answer from. A certificate is its DER.
struct System {
  std::vector<std::string> keychain;
  std::map<std::pair<uint32_t, std::string>, std::vector<Setting>>
      settings;  // by domain and certificate
  std::vector<std::string> anchors;
  std::map<std::string, int32_t> failures;  // by function
  std::set<std::string> missing;            // symbols
  bool is_posted = false;                   // by notifyd
};

System& TheSystem();

// NumObjects returns the number of objects that have not been released.
int NumObjects();

}  // namespace fakes
