// Reads trust settings and keychains as native/trust does on macOS, from fakes of Apple's
// frameworks. Commands on standard input, one a line:
//   certificate NAME FILE            a PEM file
//   keychain NAME                    it lies in a keychain
//   anchor NAME                      SecTrustCopyAnchorCertificates gives it
//   domain NUMBER NAME               it has settings in that domain: those of the next lines
//   setting [policy=OID] [KEY=TEXT] [KEY:NUMBER]...
//   fail FUNCTION CODE               it fails
//   missing SYMBOL                   macOS lacks it
//   post                             notifyd says that something changed
//   stamp                            prints whether the stamp is another than the last time
//   read                             prints what is read, and forgets everything but the
//   certificates
#include <openssl/pem.h>

#include <cstdio>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "macos_fakes.h"
#include "native/openssl/ptr.h"
#include "native/trust/system_roots.h"

namespace {

using namespace hermetic;

std::map<std::string, std::string> certificates;  // DER by name

std::string ReadDer(const std::string& file) {
  const openssl::BioPtr bio(BIO_new_file(file.c_str(), "r"));
  const openssl::X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  unsigned char* der = nullptr;
  const int len = i2d_X509(certificate.get(), &der);
  const openssl::OpensslMemoryPtr<unsigned char> owned(der);
  return {reinterpret_cast<const char*>(der), static_cast<size_t>(len)};
}

fakes::Setting ParseSetting(std::istream& words) {
  fakes::Setting setting;
  for (std::string word; words >> word;) {
    const size_t at = word.find_first_of("=:");
    const std::string key = word.substr(0, at);
    const std::string value = word.substr(at + 1);
    if (key == "policy") {
      setting.policy = value;
    } else if (word[at] == '=') {
      setting.strings[key] = value;
    } else {
      setting.numbers[key] = std::stoll(value);
    }
  }
  return setting;
}

std::string NameOf(const Bytes& der) {
  for (const auto& [name, known] : certificates) {
    if (known == std::string(der.begin(), der.end())) return name;
  }
  return "?";
}

std::string Join(const trust::Purposes& purposes) {
  std::string text;
  for (const std::string& purpose : purposes) text += (text.empty() ? "" : ",") + purpose;
  return text;
}

void Read() {
  trust::TrustEntries read;
  trust::ReadPlatformStores(&read);
  for (const trust::TrustEntry& entry : read.entries) {
    const bool is_anchor = entry.role == trust::EntryRole::kAnchor;
    const std::string trusted = entry.trusted_for ? Join(*entry.trusted_for) : "unsaid";
    std::printf("%s|%s|%s|%s|%s\n", NameOf(entry.der).c_str(),
                is_anchor ? "anchor" : "intermediate", trusted.c_str(),
                Join(entry.distrusted_for).c_str(), entry.source.c_str());
  }
  for (const trust::Trouble& trouble : read.troubles) {
    std::printf("trouble|%s|%s\n", trouble.place.c_str(), trouble.error.message.c_str());
  }
  if (fakes::NumObjects() != 0) std::printf("%d objects were not released\n", fakes::NumObjects());
  std::printf("end\n");
  fakes::TheSystem() = {};
}

void PrintStamp() {
  static std::string last;
  const std::string stamp = trust::PlatformStoresStamp();
  std::printf("%s\nend\n", stamp == last ? "same" : "other");
  last = stamp;
}

}  // namespace

int main() {
  fakes::System& system = fakes::TheSystem();
  std::vector<fakes::Setting>* settings = nullptr;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command;
    std::string name;
    uint32_t domain = 0;
    int32_t code = 0;
    words >> command;
    if (command == "certificate") {
      words >> name >> std::ws;
      std::string file;
      std::getline(words, file);
      certificates[name] = ReadDer(file);
    }
    if (command == "keychain" && words >> name) system.keychain.push_back(certificates.at(name));
    if (command == "anchor" && words >> name) system.anchors.push_back(certificates.at(name));
    if (command == "domain" && words >> domain >> name)
      settings = &system.settings[{domain, certificates.at(name)}];
    if (command == "setting") settings->push_back(ParseSetting(words));
    if (command == "fail" && words >> name >> code) system.failures[name] = code;
    if (command == "missing" && words >> name) system.missing.insert(name);
    if (command == "post") system.is_posted = true;
    if (command == "stamp") PrintStamp();
    if (command == "read") Read();
  }
  const trust::RootPlaces own = trust::FindRootPlaces({});
  const trust::RootPlaces named = trust::FindRootPlaces({.cert_file = "/x.pem"});
  std::printf("%d %d %s\n", own.platform_stores ? 1 : 0, named.platform_stores ? 1 : 0,
              named.file.c_str());
}
