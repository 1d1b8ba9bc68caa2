// One HTTP answer as a value. `ingest` makes it whole (signature fields included), `net` writes it.
#pragma once

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
    bool close = false;  // end the connection after this answer
};

}  // namespace drawbridge::http
