// The platform's trusted certificates for JavaScript.
#include <cerrno>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/environment.h"
#include "native/napi/error_record.h"
#include "native/napi/mailbox.h"
#include "native/napi/tls_handles.h"
#include "native/napi/trust_values.h"
#include "native/openssl/error.h"
#include "native/threads/pool.h"
#include "native/trust/store/root_set.h"
#include "native/trust/store/root_store.h"
#include "native/trust/store/troubles.h"
#include "native/trust/system_roots.h"

namespace hermetic::napi {
namespace {

// rootPlaces(SSL_CERT_FILE, SSL_CERT_DIR): { file, directories, searched }
Napi::Value RootPlaces(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const trust::RootPlaces places = trust::FindRootPlaces(EnvironmentArguments(info, 0));
  Napi::Object object = Napi::Object::New(env);
  object.Set("file", Napi::String::New(env, places.file));
  object.Set("directories", ToArray(env, places.directories));
  object.Set("searched", ToArray(env, places.searched));
  return object;
}

Napi::Value ToEntry(Napi::Env env, const trust::TrustEntry& entry, X509* certificate) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("der", ToBuffer(env, entry.der));
  object.Set("certificate", ToCertificate(env, certificate));
  object.Set("source", Napi::String::New(env, entry.source));
  object.Set("isAnchor", Napi::Boolean::New(env, entry.role == trust::EntryRole::kAnchor));
  object.Set("trustedFor", entry.trusted_for ? Napi::Value(ToArray(env, *entry.trusted_for))
                                             : Napi::Value(env.Null()));
  object.Set("distrustedFor", ToArray(env, entry.distrusted_for));
  object.Set("distrustedAfter", ToValue(env, entry.distrust_after));
  return object;
}

// systemCertificates(SSL_CERT_FILE, SSL_CERT_DIR): { certificates, troubles }
Napi::Value SystemCertificates(const Napi::CallbackInfo& info) {
  const openssl::ErrorScope scope;
  const Napi::Env env = info.Env();
  const std::unique_ptr<trust::RootSet> set = trust::ListedSet(EnvironmentArguments(info, 0));
  Napi::Array certificates = Napi::Array::New(env);
  for (size_t i = 0; i < set->entries().size(); ++i) {
    X509* certificate = set->Certificate(i);
    if (certificate == nullptr) continue;
    certificates.Set(certificates.Length(), ToEntry(env, set->entries()[i], certificate));
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("certificates", certificates);
  object.Set("troubles", ToValue(env, trust::NewTroubles(*set)));
  return object;
}

// PreloadTask does the reading of SharedSet on a thread of the pool.
class PreloadTask final : public AsyncTask, public threads::Job {
 public:
  explicit PreloadTask(trust::TrustEnvironment environment)
      : environment_(std::move(environment)) {}

  void Run(std::shared_ptr<threads::Job> self) noexcept override {
    try {
      const std::shared_ptr<const trust::RootSet> set = trust::SharedSet(environment_);
      set->PrepareNames();
      troubles_ = trust::NewTroubles(*set);
    } catch (const std::bad_alloc&) {
      status_ = SystemError(ENOMEM, "malloc", "");
    }
    Deliver(std::static_pointer_cast<PreloadTask>(std::move(self)));
  }

  // Not stopped: other environments use the result.
  void Stop(std::shared_ptr<MailboxItem> /*self*/) noexcept override {}

  Napi::Value Settle(Napi::Env env) override {
    return status_.ok() ? Napi::Value(ToValue(env, troubles_)) : ToRecord(env, status_.error());
  }

 private:
  const trust::TrustEnvironment environment_;
  std::vector<trust::Trouble> troubles_;
  Status status_ = Ok();
};

// preloadSystemCertificates(SSL_CERT_FILE, SSL_CERT_DIR): a promise of troubles or a record
Napi::Value Preload(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto task = std::make_shared<PreloadTask>(EnvironmentArguments(info, 0));
  Mailbox& mailbox = Environment::Of(env).mailbox();
  mailbox.Expect(env, task);
  if (!threads::Submit(task)) {
    mailbox.Forget(env, task);
    return ToRecord(env, SystemError(EAGAIN, "pthread_create", ""));
  }
  return task->Promise(env);
}

constexpr Entry kEntries[] = {
    {"rootPlaces", RootPlaces},
    {"systemCertificates", SystemCertificates},
    {"preloadSystemCertificates", Preload},
};

}  // namespace

void RegisterTrust(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
