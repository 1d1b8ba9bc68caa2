#include "bench/load/dialect.h"

#include "shared/answer_signature.h"
#include "shared/digest.h"

#include <chrono>
#include <fstream>
#include <stdexcept>

namespace drawbridge::bench {
namespace {

std::uint64_t unix_ms() {
    using std::chrono::milliseconds;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(now).count());
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

std::string head_of(const Outgoing& request, const std::string& authority, std::string_view body) {
    std::string out;
    out.reserve(640 + body.size());
    out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    append_line(out, "host", authority);
    if (body.empty()) return out;
    append_line(out, "content-length", std::to_string(body.size()));
    append_line(out, "content-type", "application/json");
    return out;
}

Outgoing sign_drawbridge(
    Account& account,
    const std::string& authority,
    Outgoing request,
    std::string_view body
) {
    RequestMessage message;
    const auto target = split_target(request.target);
    message.method = request.method;
    message.authority = authority;
    message.path = target.path;
    message.query = target.query;
    ContentDigest digest;
    if (!body.empty()) {
        digest = print_content_digest(sha256(as_bytes(body)));
        message.content_type = "application/json";
        message.content_digest = digest.view();
    }
    const SigningParameters parameters{
        account.key_id,
        unix_ms() / 1000,
        account.epoch,
        ++account.counter};
    const auto fields = sign_request(account.secret, parameters, message);
    if (!fields) throw std::logic_error("a request that cannot be signed");
    request.mac = fields->mac;
    request.bytes = head_of(request, authority, body);
    if (!body.empty()) append_line(request.bytes, "content-digest", digest.view());
    append_line(request.bytes, "signature-input", fields->signature_input.view());
    append_line(request.bytes, "signature", fields->signature.view());
    request.bytes.append("\r\n").append(body);
    return request;
}

Outgoing
sign_peer(Account& account, const std::string& authority, Outgoing request, std::string_view body) {
    const auto time = std::to_string(unix_ms());
    const auto nonce = std::to_string(account.epoch) + '-' + std::to_string(++account.counter);
    std::string text = time;
    text.append("\n").append(nonce).append("\n").append(body);
    request.mac = hmac_sha256(as_bytes(account.secret_text), text);
    request.bytes = head_of(request, authority, body);
    append_line(request.bytes, "x-server", account.key_id);
    append_line(request.bytes, "x-time", time);
    append_line(request.bytes, "x-nonce", nonce);
    append_line(request.bytes, "x-signature", print_hex(request.mac).view());
    request.bytes.append("\r\n").append(body);
    return request;
}

}  // namespace

std::vector<Account> read_accounts(const std::string& file) {
    std::ifstream in(file);
    std::vector<Account> accounts;
    Account account;
    std::string network;
    std::string owner;
    while (in >> account.key_id >> account.secret_text >> network >> owner) {
        const auto parsed = parse_secret(account.secret_text);
        if (!parsed.secret) throw std::runtime_error(file + ": a secret that cannot be read");
        account.secret = *parsed.secret;
        account.poll_target = "/v1/bans?network=" + network + "&owner=" + owner + "&wait=0";
        account.epoch = unix_ms();
        accounts.push_back(account);
    }
    if (accounts.empty()) throw std::runtime_error(file + " names no account");
    return accounts;
}

Outgoing sign(
    Dialect dialect,
    Account& account,
    const std::string& authority,
    const std::string& target,
    std::string_view body
) {
    Outgoing request;
    request.method = body.empty() ? "GET" : "POST";
    request.target = target;
    return dialect == Dialect::peer ? sign_peer(account, authority, std::move(request), body)
                                    : sign_drawbridge(account, authority, std::move(request), body);
}

bool is_genuine(
    Dialect dialect,
    const Account& account,
    const Outgoing& request,
    const Answer& answer
) {
    if (dialect == Dialect::peer) return true;
    const auto target = split_target(request.target);
    const RequestContext context{request.method, target.path, target.query, "sig1", request.mac};
    const AnswerMessage message{answer.status, answer.content_type, answer.content_digest};
    const auto verified = verify_answer(
        account.secret,
        account.key_id,
        context,
        message,
        {answer.signature_input, answer.signature}
    );
    if (!verified.created) return false;
    if (answer.body.empty()) return answer.content_digest.empty();
    const auto claimed = parse_content_digest(answer.content_digest);
    return claimed && equal_constant_time(*claimed, sha256(as_bytes(answer.body)));
}

}  // namespace drawbridge::bench
