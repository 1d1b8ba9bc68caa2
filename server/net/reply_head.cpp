#include "net/reply_head.h"

#include <string_view>

namespace drawbridge::net {
namespace {

constexpr unsigned kNoContent = 204;
constexpr std::size_t kUsualBytes = 768;

void add(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void add_content(std::string& out, const http::Reply& reply) {
    if (reply.content_type.empty()) {
        // RFC 9110 §8.6 forbids the field in a 204.
        if (reply.status != kNoContent) add(out, "content-length", "0");
        return;
    }
    add(out, "content-type", reply.content_type);
    add(out, "content-length", std::to_string(reply.body ? reply.body->size() : 0));
    if (!reply.content_digest.empty()) add(out, "content-digest", reply.content_digest);
}

}  // namespace

std::string reply_head(const http::Reply& reply, bool close) {
    std::string out;
    out.reserve(kUsualBytes);
    out.append("HTTP/1.1 ").append(std::to_string(reply.status)).append(" \r\n");
    add_content(out, reply);
    if (!reply.signature_input.empty()) {
        add(out, "signature-input", reply.signature_input);
        add(out, "signature", reply.signature);
    }
    if (reply.retry_after_seconds) {
        add(out, "retry-after", std::to_string(*reply.retry_after_seconds));
    }
    add(out, "cache-control", "no-store");
    if (close) add(out, "connection", "close");
    out += "\r\n";
    return out;
}

}  // namespace drawbridge::net
