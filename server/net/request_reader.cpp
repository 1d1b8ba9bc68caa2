#include "net/request_reader.h"

#include "net/chunk_decoder.h"
#include "net/head_rules.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace drawbridge::net {
namespace {

namespace beast = boost::beast;
using base::Outcome;
using beast::http::error;

// More of User-Agent is not kept.
constexpr std::size_t kMaxAgent = 64;

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

http::Method to_method(beast::http::verb verb) {
    if (verb == beast::http::verb::get) return http::Method::get;
    if (verb == beast::http::verb::post) return http::Method::post;
    return http::Method::other;
}

}  // namespace

/// Beast calls the `…_impl` members in the order of the message.
class RequestReader::Parser final : public beast::http::basic_parser<true> {
public:
    Parser(std::size_t max_head, std::size_t max_target) : max_target_(max_target) {
        header_limit(static_cast<std::uint32_t>(max_head));
        skip(true);  // bodies are not Beast's business here
    }

    http::Request request;
    std::optional<Outcome> refusal;
    ChunkDecoder chunks;
    std::size_t max_body = 0;
    bool expects_continue = false;

private:
    using Field = std::optional<std::string>;

    void fail(Outcome outcome, beast::error_code& ec) {
        refusal = outcome;
        ec = error::bad_value;
    }

    Field* single_field(std::string_view name) {
        auto& head = request.head;
        const std::array<std::pair<std::string_view, Field*>, 9> known{
            {{"host", &host_},
             {"content-type", &head.content_type},
             {"content-encoding", &head.content_encoding},
             {"content-length", &length_},
             {"content-digest", &head.content_digest},
             {"signature", &head.signature},
             {"signature-input", &head.signature_input},
             {"transfer-encoding", &coding_},
             {"expect", &expect_}}};
        for (const auto& [known_name, field] : known) {
            if (equals_ignoring_case(name, known_name)) return field;
        }
        return nullptr;
    }

    void on_request_impl(
        beast::http::verb verb,
        beast::string_view,
        beast::string_view target,
        int version,
        beast::error_code& ec
    ) override {
        if (version != 11) return fail(Outcome::bad_request, ec);
        if (target.size() > max_target_) return fail(Outcome::head_too_large, ec);
        if (!is_origin_form(view(target))) return fail(Outcome::bad_request, ec);
        request.head.method = to_method(verb);
        request.head.target = view(target);
    }

    void on_response_impl(int, beast::string_view, int, beast::error_code& ec) override {
        fail(Outcome::bad_request, ec);
    }

    void on_field_impl(
        beast::http::field field_name,
        beast::string_view name,
        beast::string_view value,
        beast::error_code& ec
    ) override {
        if (field_name == beast::http::field::user_agent && request.head.agent.empty()) {
            request.head.agent = view(value.substr(0, kMaxAgent));
        }
        Field* field = single_field(view(name));
        if (field == nullptr) return;
        if (field->has_value()) return fail(Outcome::bad_request, ec);
        field->emplace(view(value));
    }

    void on_header_impl(beast::error_code& ec) override {
        auto& head = request.head;
        if (coding_ && (length_ || !equals_ignoring_case(*coding_, "chunked"))) {
            return fail(Outcome::bad_request, ec);
        }
        if (length_ && !is_plain_length(*length_)) return fail(Outcome::bad_request, ec);
        if (expect_ && !equals_ignoring_case(*expect_, "100-continue")) {
            return fail(Outcome::bad_request, ec);
        }
        auto authority = canonical_authority(host_.value_or(""));
        if (!authority) return fail(Outcome::bad_request, ec);
        head.authority = *std::move(authority);
        if (length_) head.content_length = *content_length();
        head.has_body = chunked() || head.content_length.value_or(0) > 0;
        expects_continue = expect_.has_value() && head.has_body;
    }

    // Never called, for bodies are skipped.
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}

    std::size_t on_body_impl(beast::string_view bytes, beast::error_code&) override {
        return bytes.size();
    }

    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, beast::error_code&)
        override {
        return bytes.size();
    }

    void on_finish_impl(beast::error_code&) override {}

    std::size_t max_target_;
    Field host_;
    Field length_;
    Field coding_;
    Field expect_;
};

RequestReader::RequestReader(std::size_t max_head, std::size_t max_target)
    : max_head_(max_head),
      parser_(std::make_unique<Parser>(max_head, max_target)) {}

RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&& other) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&& other) noexcept = default;

RequestReader::Step RequestReader::refuse(Outcome outcome) {
    parser_->refusal = outcome;
    return Step::refused;
}

RequestReader::Step RequestReader::read_head(std::string& in) {
    const auto end = find_head_end(in, searched_);
    const auto head = std::string_view(in).substr(0, end.value_or(in.size()));
    if (!is_clean_head(head, searched_)) return refuse(Outcome::bad_request);
    if (head.size() > max_head_) return refuse(Outcome::head_too_large);
    if (!end) {
        searched_ = in.size();
        return in.size() == max_head_ ? refuse(Outcome::head_too_large) : Step::need_more;
    }
    beast::error_code ec;
    const auto used = parser_->put(boost::asio::const_buffer(head.data(), head.size()), ec);
    if (ec || used != head.size() || !parser_->is_header_done()) {
        return refuse(parser_->refusal.value_or(Outcome::bad_request));
    }
    in.erase(0, used);
    return Step::done;
}

RequestReader::Step RequestReader::limit_body(std::size_t bytes) {
    parser_->max_body = bytes;
    if (parser_->request.head.content_length.value_or(0) > bytes) {
        return refuse(Outcome::too_large);
    }
    return Step::done;
}

RequestReader::Step RequestReader::read_body(std::string& in) {
    auto& body = parser_->request.body;
    if (!parser_->chunked()) {
        const auto left = parser_->request.head.content_length.value_or(0) - body.size();
        const auto count = std::min<std::uint64_t>(left, in.size());
        body.append(in, 0, count);
        in.erase(0, count);
        return count == left ? Step::done : Step::need_more;
    }
    switch (parser_->chunks.decode(in, body, parser_->max_body)) {
        case ChunkDecoder::Step::need_more: return Step::need_more;
        case ChunkDecoder::Step::done: return Step::done;
        case ChunkDecoder::Step::malformed: return refuse(Outcome::bad_request);
        case ChunkDecoder::Step::too_large: return refuse(Outcome::too_large);
    }
    return refuse(Outcome::bad_request);
}

base::Outcome RequestReader::refusal() const {
    return parser_->refusal.value_or(Outcome::bad_request);
}

http::Request& RequestReader::request() {
    return parser_->request;
}

bool RequestReader::keeps_alive() const {
    return parser_->keep_alive();
}

bool RequestReader::expects_continue() const {
    return parser_->expects_continue;
}

}  // namespace drawbridge::net
