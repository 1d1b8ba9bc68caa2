#include "scripted_gate.h"

#include <stdexcept>
#include <thread>
#include <utility>

namespace drawbridge::ingest {

struct PollTicket {
    std::string key;
    std::size_t version = 0;
};

struct Gate::Parts {
    net::test::Script* script;
};

Gate::Gate(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Gate::~Gate() = default;

std::variant<BodyLimit, http::Reply> Gate::check_head(const http::RequestHead& head) const {
    if (head.method == http::Method::other) return refuse(base::Outcome::method_not_allowed);
    if (head.target == "/missing") return refuse(base::Outcome::not_found);
    if (head.method == http::Method::get && head.has_body) {
        return refuse(base::Outcome::bad_request);
    }
    const bool is_big = head.path() == "/echo/events";
    return BodyLimit{is_big ? net::test::kEventsLimit : net::test::kSmallLimit};
}

Admitted Gate::admit(http::Request request, base::UnixMs, Respond respond) {
    return parts_->script->admit(std::move(request), std::move(respond));
}

bool Gate::poll_ready(const PollTicket& ticket) const {
    const std::lock_guard lock(parts_->script->mutex_);
    return parts_->script->version_ > ticket.version;
}

bool Gate::poll_allowed(const PollTicket& ticket) const {
    const std::lock_guard lock(parts_->script->mutex_);
    return parts_->script->revoked_.count(ticket.key) == 0;
}

http::Reply Gate::answer_poll(const PollTicket& ticket, base::UnixMs) const {
    return net::test::text_reply(200, "list for " + ticket.key);
}

http::Reply Gate::end_poll(const PollTicket&, base::UnixMs) const {
    return net::test::text_reply(204, "");
}

void Gate::on_change(std::function<void()> listener) {
    const std::lock_guard lock(parts_->script->mutex_);
    parts_->script->listener_ = std::move(listener);
}

void Gate::log(const Exchange& exchange, base::UnixMs) const {
    const std::lock_guard lock(parts_->script->mutex_);
    parts_->script->logged_.push_back(
        std::string(exchange.endpoint) + " " + std::to_string(exchange.reply.status) + " " +
        std::string(exchange.address) + " " + std::string(exchange.agent)
    );
}

std::string_view endpoint_of(const http::RequestHead& head) {
    return head.path() == "/missing" ? "no route" : "route";
}

http::Reply Gate::refuse(base::Outcome outcome) {
    const auto info = describe(outcome);
    auto reply = net::test::text_reply(info.status, std::string(info.code));
    reply.signature_input.clear();
    reply.signature.clear();
    return reply;
}

}  // namespace drawbridge::ingest

namespace drawbridge::net::test {

http::Reply text_reply(unsigned status, std::string text) {
    http::Reply reply;
    reply.status = status;
    reply.signature_input = "sig1=(\"@status\")";
    reply.signature = "sig1=:AAAA:";
    if (status == 204) return reply;
    reply.content_type = "text/plain";
    reply.content_digest = "sha-256=:AAAA:";
    reply.body = std::make_shared<const std::string>(std::move(text));
    return reply;
}

Script::Script()
    : gate_(std::make_unique<ingest::Gate>(
          std::make_unique<ingest::Gate::Parts>(ingest::Gate::Parts{this})
      )) {}

Script::~Script() = default;

ingest::Admitted Script::admit(http::Request request, ingest::Respond respond) {
    const auto& head = request.head;
    if (head.path() == "/blocks") std::this_thread::sleep_for(kBlocked);
    const std::lock_guard lock(mutex_);
    admitted_.push_back(head.target);
    if (head.path() == "/big") return text_reply(200, std::string(kBigBody, 'b'));
    if (head.path() == "/denied") return ingest::Gate::refuse(base::Outcome::unauthorized);
    if (head.path() == "/throw") throw std::runtime_error("scripted fault");
    if (head.path() == "/queued") {
        waiting_.push_back({head.target, std::move(respond)});
        return ingest::Queued{};
    }
    if (head.path() == "/poll") {
        const auto query = head.query();
        const auto mark = query.find('&');
        const std::string key(query.substr(1, mark - 1));
        const std::chrono::seconds wait(std::stoi(std::string(query.substr(mark + 1))));
        auto ticket = std::make_shared<ingest::PollTicket>(ingest::PollTicket{key, version_});
        return ingest::Parked{std::move(ticket), key, wait};
    }
    return text_reply(
        200,
        std::string(method_name(head.method)) + "\n" + head.target + "\n" + head.authority + "\n" +
            request.body
    );
}

std::vector<std::string> Script::admitted() const {
    const std::lock_guard lock(mutex_);
    return admitted_;
}

std::vector<std::string> Script::logged() const {
    const std::lock_guard lock(mutex_);
    return logged_;
}

std::size_t Script::queued() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
}

void Script::release() {
    std::vector<Waiting> waiting;
    {
        const std::lock_guard lock(mutex_);
        waiting.swap(waiting_);
    }
    std::thread([&] {
        for (auto& one : waiting)
            one.respond([target = one.target] { return text_reply(200, target); });
    }).join();
}

std::vector<ingest::Respond> Script::take() {
    const std::lock_guard lock(mutex_);
    std::vector<ingest::Respond> callbacks;
    for (auto& one : waiting_)
        callbacks.push_back(std::move(one.respond));
    waiting_.clear();
    return callbacks;
}

void Script::publish() {
    {
        const std::lock_guard lock(mutex_);
        ++version_;
    }
    notify();
}

void Script::revoke(const std::string& key) {
    {
        const std::lock_guard lock(mutex_);
        revoked_.insert(key);
    }
    notify();
}

void Script::notify() const {
    std::function<void()> listener;
    {
        const std::lock_guard lock(mutex_);
        listener = listener_;
    }
    if (listener) listener();
}

}  // namespace drawbridge::net::test
