// One HTTP answer as a value. `ingest` makes it whole (signature fields included), `net` writes it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace drawbridge::http {

struct Reply {
    unsigned status = 500;
    std::string content_type;                 // empty: no body, no content fields
    std::shared_ptr<const std::string> body;  // shared, so that one list serves every poll
    std::string content_digest;               // empty in unsigned answers
    std::string signature_input;              // empty in unsigned answers
    std::string signature;
    std::optional<unsigned> retry_after_seconds;

    /// Whose request it answers, once the signature has verified; for the request log.
    struct Sender {
        std::int64_t server = 0;  // servers.id
        std::uint64_t epoch = 0;  // of the nonce
        std::uint64_t counter = 0;
    };

    std::optional<Sender> sender;
    bool close = false;  // end the connection after this answer
};

}  // namespace drawbridge::http
