#include "auth/authenticate.h"

#include "auth/random.h"
#include "shared/digest.h"

namespace drawbridge::auth {
namespace {

using base::Outcome;

bool digest_matches(const http::Request& request, const RequestSignature& signature) {
    if (!signature.covers_content) return request.body.empty();
    const auto claimed = parse_content_digest(request.head.content_digest.value_or(""));
    return claimed && equal_constant_time(*claimed, sha256(drawbridge::as_bytes(request.body)));
}

RequestMessage message_of(const http::RequestHead& head) {
    RequestMessage message;
    message.method = http::method_name(head.method);
    message.authority = head.authority;
    message.path = head.path();
    message.query = head.query();
    if (head.content_type) message.content_type = *head.content_type;
    if (head.content_digest) message.content_digest = *head.content_digest;
    return message;
}

bool usable(const std::shared_ptr<const Key>& key, base::UnixMs now) {
    return key && (key->not_after == 0 || key->not_after > now);
}

}  // namespace

Authenticator::Authenticator() {
    auto dummy = std::make_shared<Key>();
    dummy->secret = store::LockedSecret(random_secret());
    dummy_ = std::move(dummy);
}

base::Result<VerifiedRequest, Outcome>
Authenticator::authenticate(http::Request request, const KeyRing& ring, base::UnixMs now) const {
    const auto held = std::make_shared<const http::Request>(std::move(request));
    const auto& head = held->head;
    if (!head.signature_input || !head.signature) return Outcome::unauthorized;
    const auto parsed = parse_request_signature(
        *head.signature_input,
        *head.signature,
        head.method == http::Method::post
    );
    if (!parsed.signature) {
        return parsed.error == SignatureError::missing ? Outcome::unauthorized
                                                       : Outcome::malformed_signature;
    }
    const auto& signature = *parsed.signature;
    if (signature.covers_content && !parse_content_digest(head.content_digest.value_or(""))) {
        return Outcome::malformed_signature;
    }
    const auto found = ring.find(std::string(signature.key_id));
    const bool known = usable(found, now);
    // All three are always computed: neither time nor answer tells which one failed.
    const bool digest_ok = digest_matches(*held, signature);
    const bool mac_ok =
        verify_request(*(known ? found : dummy_)->secret, signature, message_of(head));
    if (!known || !digest_ok || !mac_ok) return Outcome::unauthorized;
    return VerifiedRequest(held, found, signature);
}

Standing check_standing(const VerifiedRequest& request, const Rate& rate, base::UnixMs now) {
    Standing standing;
    const auto& signature = request.signature();
    const auto now_s = now / base::kSecondMs;
    const auto created = static_cast<std::int64_t>(signature.created);
    const auto skew = created > now_s ? created - now_s : now_s - created;
    const bool expired = signature.expires && static_cast<std::int64_t>(*signature.expires) < now_s;
    if (request.key().server->suspended) {
        standing.outcome = Outcome::suspended;
    } else if (skew > kClockSkewSeconds || expired) {
        standing.outcome = Outcome::clock_skew;
    }
    if (standing.outcome != Outcome::accepted) return standing;

    const auto verdict = request.key().state->replay.with([&](ReplayState& replay) {
        return replay.admit(signature.epoch, signature.counter, now);
    });
    standing.outcome = verdict.outcome;
    standing.commit_epoch = verdict.commit_epoch;
    standing.highest_epoch = verdict.highest_epoch;
    if (standing.outcome != Outcome::accepted) return standing;

    standing.retry_after_ms = request.key().state->bucket.with([&](TokenBucket& bucket) {
        return bucket.take(rate, now);
    });
    if (standing.retry_after_ms > 0) standing.outcome = Outcome::rate_limited;
    return standing;
}

}  // namespace drawbridge::auth
