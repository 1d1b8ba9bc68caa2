// Authentication: the only place that makes a Verified<Request> (docs/protocol.md §3 to §5).
#pragma once

#include "auth/key_ring.h"
#include "base/outcome.h"
#include "base/result.h"
#include "http/request.h"
#include "shared/signature.h"

#include <memory>
#include <string>
#include <utility>

namespace drawbridge::auth {

/// A value whose signature was verified with `key()`. Only `authenticate` makes one, so code that
/// takes it cannot be reached by an unsigned or altered request.
template <class T>
class Verified {
public:
    [[nodiscard]] const T& operator*() const { return *value_; }

    [[nodiscard]] const T* operator->() const { return value_.get(); }

    [[nodiscard]] const Key& key() const { return *key_; }

    [[nodiscard]] const std::shared_ptr<const Key>& shared_key() const { return key_; }

    [[nodiscard]] const RequestSignature& signature() const { return signature_; }

private:
    friend class Authenticator;

    Verified(
        std::shared_ptr<const T> value,
        std::shared_ptr<const Key> key,
        RequestSignature signature
    )
        : value_(std::move(value)),
          key_(std::move(key)),
          signature_(signature) {}

    std::shared_ptr<const T> value_;  // shared: `signature_` has views into its fields
    std::shared_ptr<const Key> key_;
    RequestSignature signature_;
};

using VerifiedRequest = Verified<http::Request>;

/// Any thread; holds no state but the dummy secret.
class Authenticator {
public:
    Authenticator();

    /// Digest and signature over the raw bytes. `malformed_signature` or the uniform
    /// `unauthorized`. An unknown, expired or revoked key costs the same work, against a dummy
    /// secret.
    [[nodiscard]] base::Result<VerifiedRequest, base::Outcome>
    authenticate(http::Request request, const KeyRing& ring, base::UnixMs now) const;

private:
    std::shared_ptr<const Key> dummy_;
};

/// Whether an authenticated request may go on now. Takes its nonce and a token of its rate.
struct Standing {
    base::Outcome outcome = base::Outcome::accepted;
    bool commit_epoch = false;
    std::uint64_t highest_epoch = 0;  // with stale_epoch
    std::int64_t retry_after_ms = 0;  // with rate_limited
    std::string detail;
};

[[nodiscard]] Standing
check_standing(const VerifiedRequest& request, const Rate& rate, base::UnixMs now);

}  // namespace drawbridge::auth
