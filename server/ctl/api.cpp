#include "ctl/api.h"

#include "ctl/duration.h"
#include "ctl/exit_code.h"

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view kHex = "0123456789ABCDEF";
    for (const char c : text) {
        if (kPlain.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
    }
}

ExitCode exit_code_for(unsigned status) {
    switch (status) {
        case 400: return ExitCode::usage;
        case 404: return ExitCode::not_found;
        case 401:
        case 403:
        case 409:
        case 429: return ExitCode::refused;
        default: return ExitCode::failed;
    }
}

[[noreturn]] void fail(const HttpAnswer& answer) {
    if (answer.status == 401) {
        throw Failure(
            ExitCode::refused,
            "the admin token is not accepted: it was revoked, or belongs to another daemon"
        );
    }
    json::error_code error;
    const auto document = json::parse(answer.body, error);
    const auto* object = error ? nullptr : document.if_object();
    if (object == nullptr || !object->contains("detail")) {
        throw Failure(
            exit_code_for(answer.status),
            "the daemon answered " + std::to_string(answer.status) + "; is it a drawbridged?"
        );
    }
    auto text = text_of(*object, "detail");
    if (object->contains("field")) text = text_of(*object, "field") + ": " + text;
    throw Failure(exit_code_for(answer.status), text);
}

json::object parse_answer(const std::string& body) {
    json::error_code error;
    auto document = json::parse(body, error);
    if (error || !document.is_object()) {
        throw Failure(ExitCode::failed, "the daemon's answer is no JSON object");
    }
    return std::move(document.get_object());
}

}  // namespace

std::string
make_target(std::initializer_list<std::string_view> path, const QueryParameters& query) {
    std::string target = "/admin/v1";
    for (const auto segment : path) {
        target += '/';
        append_encoded(target, segment);
    }
    char separator = '?';
    for (const auto& [name, value] : query) {
        if (!value) continue;
        target += separator;
        target += name;
        target += '=';
        append_encoded(target, *value);
        separator = '&';
    }
    return target;
}

std::string
Api::send(const std::string& method, const std::string& target, const std::string& body) {
    auto answer = client_.send(method, target, body);
    if (answer.status / 100 != 2) fail(answer);
    return std::move(answer.body);
}

json::object Api::get(const std::string& target) {
    return parse_answer(send("GET", target, {}));
}

std::string Api::get_text(const std::string& target) {
    return send("GET", target, {});
}

json::object Api::post(const std::string& target, const json::object& body) {
    return parse_answer(send("POST", target, json::serialize(body)));
}

json::object Api::put(const std::string& target, const json::object& body) {
    return parse_answer(send("PUT", target, json::serialize(body)));
}

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) return "-";
    if (value->is_string()) return std::string(value->get_string());
    return json::serialize(*value);
}

std::optional<std::int64_t> number_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr) return std::nullopt;
    if (const auto* number = value->if_int64()) return *number;
    return std::nullopt;
}

const json::array& array_of(const json::object& object, std::string_view name) {
    static const json::array none;
    const auto* value = object.if_contains(name);
    return value == nullptr ? none : value->as_array();
}

std::string age_of(const json::object& object, std::string_view name, base::UnixMs now) {
    const auto at = number_of(object, name);
    return at ? relative_time(*at, now) : "-";
}

}  // namespace drawbridge::ctl
