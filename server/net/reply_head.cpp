#include "net/reply_head.h"

#include <fmt/format.h>

#include <iterator>

namespace drawbridge::net {
namespace {

constexpr unsigned kNoContent = 204;

void add_content(std::string& out, const http::Reply& reply) {
    auto to = std::back_inserter(out);
    if (reply.content_type.empty()) {
        // RFC 9110 §8.6 forbids the field in a 204.
        if (reply.status != kNoContent) fmt::format_to(to, "content-length: 0\r\n");
        return;
    }
    fmt::format_to(to, "content-type: {}\r\n", reply.content_type);
    fmt::format_to(to, "content-length: {}\r\n", reply.body ? reply.body->size() : 0);
    if (!reply.content_digest.empty()) {
        fmt::format_to(to, "content-digest: {}\r\n", reply.content_digest);
    }
}

}  // namespace

std::string reply_head(const http::Reply& reply, bool close) {
    std::string out;
    auto to = std::back_inserter(out);
    fmt::format_to(to, "HTTP/1.1 {} \r\n", reply.status);
    add_content(out, reply);
    if (!reply.signature_input.empty()) {
        fmt::format_to(to, "signature-input: {}\r\n", reply.signature_input);
        fmt::format_to(to, "signature: {}\r\n", reply.signature);
    }
    if (reply.retry_after_seconds) {
        fmt::format_to(to, "retry-after: {}\r\n", *reply.retry_after_seconds);
    }
    out += "cache-control: no-store\r\n";
    if (close) out += "connection: close\r\n";
    out += "\r\n";
    return out;
}

}  // namespace drawbridge::net
