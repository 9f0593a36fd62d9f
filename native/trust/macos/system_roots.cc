// macOS: the trust settings of the user, the administrator and the system, and the keychains (see
// system_roots.h). Only certificates are read, no keys or passwords, so that no keychain has to be
// unlocked and the user is not asked.
#if defined(__APPLE__)

#include "native/trust/system_roots.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/trust/macos/certificates.h"
#include "native/trust/macos/frameworks.h"
#include "native/trust/macos/settings.h"

namespace hermetic::trust {
namespace {

using macos::Certificates;
using macos::DomainSettings;
using macos::Frameworks;
using macos::Owned;
using macos::Reference;
using macos::ResultCode;
using macos::TrustSetting;

// Reader reads everything once, on one thread.
class Reader {
 public:
  Reader(const Frameworks& mac, TrustEntries* out) : mac_(mac), out_(out) {}

  void Read() {
    for (size_t domain = 0; domain < macos::kNumDomains; ++domain) ReadDomain(domain);
    if (!has_system_roots_) ReadAnchors();
    ReadKeychains();
    certificates_.MoveTo(out_);
  }

 private:
  // Reports a failure once even if every certificate of a domain has it.
  void Report(size_t domain, const char* function, ResultCode code) {
    Trouble trouble{macos::SourceOf(domain), mac_.ErrorOf(function, code)};
    const bool is_told = !out_->troubles.empty() && out_->troubles.back().place == trouble.place &&
                         out_->troubles.back().error.message == trouble.error.message;
    if (!is_told) out_->troubles.push_back(std::move(trouble));
  }

  void ForEach(Reference array, const std::function<void(Reference)>& take) const {
    if (!mac_.Is(array, mac_.cf.array_type())) return;
    for (macos::Index i = 0; i < mac_.cf.array_count(array); ++i) {
      take(mac_.cf.array_value(array, i));
    }
  }

  void ReadDomain(size_t domain) {
    Reference array = nullptr;
    const ResultCode code =
        mac_.sec.settings_copy_certificates(static_cast<uint32_t>(domain), &array);
    const Owned owned = mac_.Own(array);
    if (code == macos::kNoTrustSettings) return;
    if (code != macos::kSuccess) return Report(domain, "SecTrustSettingsCopyCertificates", code);
    ForEach(array, [&](Reference certificate) { TakeFrom(domain, certificate); });
  }

  // The system's roots are trusted if it has no further settings for them. Settings of a user or an
  // administrator that cannot be read count as absent.
  void TakeFrom(size_t domain, Reference certificate) {
    Bytes der = mac_.DerOf(certificate);
    if (der.empty()) return;
    const bool is_system = domain == macos::kSystemDomain;
    DomainSettings settings = SettingsOf(certificate, domain);
    if (!settings && is_system) settings = std::vector<TrustSetting>();
    has_system_roots_ = has_system_roots_ || is_system;
    if (settings) {
      certificates_.AddSettings(std::move(der), domain, std::move(*settings));
    } else {
      certificates_.Add(std::move(der));
    }
  }

  DomainSettings SettingsOf(Reference certificate, size_t domain) {
    Reference array = nullptr;
    const ResultCode code =
        mac_.sec.settings_copy(certificate, static_cast<uint32_t>(domain), &array);
    const Owned owned = mac_.Own(array);
    const bool has_none = code == macos::kItemNotFound || code == macos::kNoTrustSettings;
    if (code != macos::kSuccess && !has_none) {
      Report(domain, "SecTrustSettingsCopyTrustSettings", code);
    }
    if (code != macos::kSuccess || !mac_.Is(array, mac_.cf.array_type())) return std::nullopt;
    std::vector<TrustSetting> settings;
    ForEach(array, [&](Reference dictionary) {
      if (!mac_.Is(dictionary, mac_.cf.dictionary_type())) return;
      settings.push_back(ToSetting(dictionary));
    });
    // A list that only has unreadable settings is not an empty list, which means trust.
    if (settings.empty() && mac_.cf.array_count(array) > 0) return std::nullopt;
    return settings;
  }

  // Security defines these keys as macros, not as variables.
  Reference ValueOf(Reference dictionary, const char* key) const {
    const Owned string = mac_.ToString(key);
    return string ? mac_.cf.dictionary_value(dictionary, string.get()) : nullptr;
  }

  TrustSetting ToSetting(Reference dictionary) const {
    TrustSetting setting;
    const Reference policy = ValueOf(dictionary, "kSecTrustSettingsPolicy");
    const Reference name = ValueOf(dictionary, "kSecTrustSettingsPolicyName");
    const Reference usage = ValueOf(dictionary, "kSecTrustSettingsKeyUsage");
    const Reference result = ValueOf(dictionary, "kSecTrustSettingsResult");
    if (policy != nullptr) setting.policy = ObjectIdentifierOf(policy);
    if (name != nullptr) setting.policy_name = mac_.TextOf(name).value_or("");
    if (usage != nullptr) {
      setting.key_usage = static_cast<uint32_t>(mac_.NumberOf(usage).value_or(0));
    }
    if (result != nullptr) {
      setting.result = mac_.NumberOf(result).value_or(macos::kUnspecified);
    }
    for (const char* key : {"kSecTrustSettingsPolicyString", "kSecTrustSettingsApplication",
                            "kSecTrustSettingsPolicyOptions"}) {
      setting.is_narrowed = setting.is_narrowed || ValueOf(dictionary, key) != nullptr;
    }
    return setting;
  }

  std::string ObjectIdentifierOf(Reference policy) const {
    if (!mac_.Is(policy, mac_.sec.policy_type())) return "";
    const Owned properties = mac_.Own(mac_.sec.policy_properties(policy));
    if (!mac_.Is(properties.get(), mac_.cf.dictionary_type())) return "";
    return mac_.TextOf(mac_.cf.dictionary_value(properties.get(), mac_.sec.policy_oid))
        .value_or("");
  }

  // Another way to the system's roots, in case their domain becomes empty.
  void ReadAnchors() {
    Reference array = nullptr;
    const ResultCode code = mac_.sec.copy_anchors(&array);
    const Owned owned = mac_.Own(array);
    if (code != macos::kSuccess) {
      return Report(macos::kSystemDomain, "SecTrustCopyAnchorCertificates", code);
    }
    ForEach(array, [&](Reference certificate) {
      Bytes der = mac_.DerOf(certificate);
      if (!der.empty()) certificates_.AddSettings(std::move(der), macos::kSystemDomain, {});
    });
  }

  Owned Query() const {
    const Reference keys[] = {mac_.sec.item_class, mac_.sec.match_limit, mac_.sec.return_reference,
                              mac_.sec.authentication};
    const Reference values[] = {mac_.sec.class_certificate, mac_.sec.match_all, mac_.cf.yes,
                                mac_.sec.skip_authentication};
    return mac_.Own(mac_.cf.make_dictionary(nullptr, keys, values,
                                            static_cast<macos::Index>(std::size(keys)),
                                            mac_.cf.key_callbacks, mac_.cf.value_callbacks));
  }

  void ReadKeychains() {
    const Owned query = Query();
    if (!query) return;
    Reference array = nullptr;
    const ResultCode code = mac_.sec.copy_matching(query.get(), &array);
    const Owned owned = mac_.Own(array);
    // A service does not have its own keychain.
    for (const ResultCode nothing : {macos::kItemNotFound, macos::kNotAvailable,
                                     macos::kNoSuchKeychain, macos::kNoDefaultKeychain}) {
      if (code == nothing) return;
    }
    if (code != macos::kSuccess) return Report(macos::kNumDomains, "SecItemCopyMatching", code);
    ForEach(array, [&](Reference certificate) {
      Bytes der = mac_.DerOf(certificate);
      if (!der.empty()) certificates_.Add(std::move(der));
    });
  }

  const Frameworks& mac_;
  TrustEntries* const out_;
  Certificates certificates_;
  bool has_system_roots_ = false;
};

}  // namespace

RootPlaces FindRootPlaces(const TrustEnvironment& environment) {
  RootPlaces places = EnvironmentPlaces(environment);
  if (!places.searched.empty()) return places;
  places.platform_stores = true;
  places.searched = {"the trust settings of macOS", "its keychains"};
  return places;
}

void ReadPlatformStores(TrustEntries* out) {
  const Result<const Frameworks*> mac = macos::OpenFrameworks();
  if (mac.ok()) {
    Reader(*mac.value(), out).Read();
  } else {
    out->troubles.push_back({macos::SourceOf(macos::kSystemDomain), mac.error()});
  }
}

}  // namespace hermetic::trust

#endif
