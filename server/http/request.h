// One HTTP request as a value, after `net` has read it and before anything is believed of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::http {

enum class Method : std::uint8_t { get, post, other };

[[nodiscard]] std::string_view method_name(Method method);

/// The head: what decides, before the body is read, whether the body is worth reading.
/// `net` refuses a repeated field of those named here (`bad_request`), so each is one value.
struct RequestHead {
    Method method = Method::other;
    std::string target;     // origin form as sent, path and query
    std::string authority;  // Host in lower case without ":443"
    std::optional<std::string> content_type;
    std::optional<std::string> content_encoding;
    std::optional<std::string> content_digest;
    std::optional<std::string> signature_input;
    std::optional<std::string> signature;
    std::optional<std::uint64_t> content_length;
    std::string agent;           // User-Agent, its beginning; for the request log only
    bool has_body = false;       // Content-Length above 0, or chunked
    std::string remote_address;  // textual address of the peer, for limits only

    [[nodiscard]] std::string_view path() const;
    /// With its leading "?", or "?" alone where the target has none (RFC 9421 §2.2.7).
    [[nodiscard]] std::string_view query() const;
};

struct Request {
    RequestHead head;
    std::string body;
};

}  // namespace drawbridge::http
