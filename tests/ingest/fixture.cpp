#include "ingest/fixture.h"

#include "auth/owner_trust.h"
#include "auth/random.h"
#include "events/json.h"
#include "ingest/gate_parts.h"
#include "shared/answer_signature.h"
#include "shared/digest.h"
#include "shared/signature.h"
#include "store/meta.h"
#include "store/migrations.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <future>

namespace drawbridge::test {
namespace {

std::unique_ptr<store::Database> open(const TempFolder& folder) {
    return std::make_unique<store::Database>(
        folder / "drawbridge.db",
        store::Database::Mode::read_write
    );
}

void make_instance(const TempFolder& folder) {
    const auto master = store::MasterKey::create(folder / "master.key");
    const auto database = open(folder);
    store::migrate(*database, master);
    const store::Sealer sealer(*database, master);
    const auto tag_key = auth::random_secret();
    store::write_meta(
        *database,
        store::meta::kTagKey,
        sealer.seal(store::Column::tag_key, as_bytes("tag_key"), tag_key.bytes())
    );
    bans::ListMaster::create(*database, bans::kNetworkList);
}

}  // namespace

boost::json::object Answer::json() const {
    auto value = events::parse_json(bytes());
    REQUIRE_MESSAGE(value, bytes());
    return value.value().get_object();
}

std::string Answer::code() const {
    return std::string(json().at("code").as_string());
}

GateFixture::GateFixture(base::UnixMs grace_ms, bans::BreakerLimits breaker) {
    make_instance(folder_);
    settings_.ban_grace_ms = grace_ms;
    settings_.breaker = breaker;
    settings_.rate = {10'000, 10'000};
    settings_.authorities = {"bridge.test:8443"};
    start();
}

GateFixture::~GateFixture() {
    gate_.reset();
    writer_.reset();
}

void GateFixture::start() {
    auto database = open(folder_);
    const auto master = store::MasterKey::load(folder_ / "master.key");
    auto keys = std::make_unique<store::KeyRing>(*database, master.copy());
    sealer_ = keys->sealer();
    network_ = std::make_unique<ingest::Network>(settings_, std::move(keys), *database);
    writer_ = std::make_unique<store::Writer>(
        std::move(database),
        1000,
        nullptr,
        store::TransactionHooks{
            [this](store::Database& begun) { network_->keys->begun(begun, now); },
            [this](store::Database& ending) { network_->keys->ending(ending); },
            [this] { return network_->keys->committed(); }}
    );
    gate_ =
        std::make_unique<ingest::Gate>(std::make_unique<ingest::Gate::Parts>(*network_, *writer_));
}

void GateFixture::restart() {
    gate_.reset();
    writer_.reset();
    start();
}

std::unique_ptr<store::Database> GateFixture::reader() const {
    return std::make_unique<store::Database>(
        folder_ / "drawbridge.db",
        store::Database::Mode::read_only
    );
}

void GateFixture::unit(const std::function<void(ingest::UnitOfWork&)>& work) {
    ingest::run_unit(*network_, *writer_, work);
}

Sender GateFixture::add_server(
    const std::string& name,
    auth::PropagationMode mode,
    const std::string& owner
) {
    Sender sender;
    unit([&](ingest::UnitOfWork& work) {
        const auto added = work.servers.add({name, owner, mode, {}}, now);
        const auto& issued = std::get<auth::IssuedKey>(added);
        sender.key_id = issued.key_id;
        sender.secret = issued.secret;
        codes_[name] = issued.enrolment_code;
        const auto row = *work.servers.find(name);
        auto query = work.database.query("SELECT owner_id FROM servers WHERE id = ?");
        REQUIRE(query.bind(row).step());
        work.owner_added(query.integer(0));
        auth::OwnerTrust(work.database).set(query.integer(0), auth::Trust::full);
        work.server_changed(row);
    });
    return sender;
}

Sender GateFixture::code_of(const std::string& name) {
    Sender sender;
    unit([&](ingest::UnitOfWork& work) {
        auto query = work.database.query("SELECT public_id FROM servers WHERE id = ?");
        REQUIRE(query.bind(work.servers.find(name)).step());
        sender.key_id = "enrol:" + query.text(0);
    });
    sender.secret = codes_.at(name);
    return sender;
}

http::Request GateFixture::signed_request(
    Sender& sender,
    http::Method method,
    const std::string& target,
    const std::string& body
) const {
    http::Request request;
    auto& head = request.head;
    head.method = method;
    head.target = target;
    head.authority = "bridge.test:8443";
    head.remote_address = "127.0.0.1";
    request.body = body;
    if (method == http::Method::post) {
        head.has_body = true;
        head.content_type = "application/json";
        head.content_length = body.size();
        head.content_digest = print_content_digest(sha256(as_bytes(body))).view();
    }
    RequestMessage message;
    message.method = http::method_name(method);
    message.authority = head.authority;
    message.path = head.path();
    message.query = head.query();
    if (head.content_type) message.content_type = *head.content_type;
    if (head.content_digest) message.content_digest = *head.content_digest;
    const SigningParameters parameters{
        sender.key_id,
        static_cast<std::uint64_t>(now / 1000),
        sender.epoch,
        ++sender.counter};
    const auto fields = sign_request(sender.secret, parameters, message);
    REQUIRE(fields);
    head.signature_input = fields->signature_input.view();
    head.signature = fields->signature.view();
    return request;
}

Answer GateFixture::verify(const Sender& sender, const http::Request& request, http::Reply reply)
    const {
    Answer answer{std::move(reply), false, false};
    if (answer.reply.signature.empty()) return answer;
    const auto parsed = parse_request_signature(
        *request.head.signature_input,
        *request.head.signature,
        request.head.method == http::Method::post
    );
    REQUIRE(parsed.signature);
    RequestContext context;
    context.method = http::method_name(request.head.method);
    context.path = request.head.path();
    context.query = request.head.query();
    context.label = parsed.signature->label;
    context.mac = parsed.signature->mac;
    const auto verified = verify_answer(
        sender.secret,
        sender.key_id,
        context,
        {answer.reply.status, answer.reply.content_type, answer.reply.content_digest},
        {answer.reply.signature_input, answer.reply.signature}
    );
    CHECK_MESSAGE(verified.created, error_text(verified.error));
    if (answer.reply.body) {
        CHECK(
            print_content_digest(sha256(as_bytes(*answer.reply.body))).view() ==
            answer.reply.content_digest
        );
    }
    answer.is_signed = verified.created.has_value();
    return answer;
}

Answer GateFixture::send(
    Sender& sender,
    http::Method method,
    const std::string& target,
    const std::string& body,
    const Alter& alter
) {
    auto request = signed_request(sender, method, target, body);
    if (alter) alter(request);
    const auto limit = gate_->check_head(request.head);
    if (const auto* refused = std::get_if<http::Reply>(&limit)) {
        return verify(sender, request, *refused);
    }
    std::promise<http::Reply> promise;
    auto admitted = gate_->admit(request, now, [&](const ingest::MakeReply& make) {
        promise.set_value(make());
    });
    if (auto* reply = std::get_if<http::Reply>(&admitted)) return verify(sender, request, *reply);
    if (std::holds_alternative<ingest::Parked>(admitted)) {
        Answer parked;
        parked.parked = true;
        return parked;
    }
    return verify(sender, request, promise.get_future().get());
}

Answer GateFixture::post(Sender& sender, std::string_view path, const std::string& body) {
    return send(sender, http::Method::post, std::string(path), body);
}

Answer GateFixture::get(Sender& sender, const std::string& target) {
    return send(sender, http::Method::get, target, "");
}

boost::json::object
GateFixture::event(Sender& sender, std::string_view type, const std::string& members) {
    const auto body = fmt::format(
        R"({{"events":[{{"id":"{}","type":"{}","at":{}{}{}}}]}})",
        fresh_uuid(now),
        type,
        now,
        members.empty() ? "" : ",",
        members
    );
    const auto answer = post(sender, "/v1/events", body);
    REQUIRE_MESSAGE(answer.status() == 200, answer.bytes());
    return answer.json().at("results").as_array().at(0).as_object();
}

boost::json::object GateFixture::join(Sender& sender, const std::string& who) {
    const auto members = fmt::format(R"("session":"{}","player":{})", fresh_uuid(now), who);
    return event(sender, "join", members).at("verdict").as_object();
}

std::string GateFixture::ban(Sender& sender, const std::string& target, std::int64_t seconds) {
    const auto result = event(
        sender,
        "ban",
        fmt::format(
            R"("target":{},"category":"cheating","reason":"aim bot","duration":{})",
            target,
            seconds
        )
    );
    return std::string(result.at("ban").at("code").as_string());
}

void GateFixture::sync(Sender& sender, Lists& lists) {
    const auto answer =
        get(sender,
            fmt::format(
                "/v1/bans?network={}&owner={}&wait=0",
                print_cursor(lists.network.cursor()).view(),
                print_cursor(lists.owner.cursor()).view()
            ));
    REQUIRE(answer.is_signed);
    if (answer.status() == 204) return;
    REQUIRE(answer.status() == 200);
    const auto bytes = answer.bytes();
    for (Bytes rest = as_bytes(bytes); !rest.empty();) {
        const auto header = decode_header(rest);
        REQUIRE(header.header);
        const auto size = header.header->section_bytes();
        REQUIRE(rest.size() >= size);
        auto& table = header.header->list == BanListKind::network ? lists.network : lists.owner;
        const auto error = table.apply(rest.first(size));
        REQUIRE_MESSAGE(!error, error_text(error.value_or(BanListError::truncated)));
        rest = rest.subspan(size);
    }
}

Tag tag_of(std::string_view type, int seed) {
    return sha256(as_bytes(fmt::format("{}/{}", type, seed)));
}

std::string
player(std::initializer_list<std::pair<const char*, int>> tags, std::initializer_list<int> tokens) {
    std::string text = "{\"tags\":[";
    for (const auto& [type, seed] : tags) {
        if (text.back() != '[') text += ',';
        text += fmt::format(
            R"({{"type":"{}","tag":"{}"}})",
            type,
            print_tag(tag_of(type, seed)).view()
        );
    }
    text += "],\"tokens\":[";
    for (const auto seed : tokens) {
        if (text.back() != '[') text += ',';
        text += fmt::format("\"{}\"", print_tag(tag_of("token", seed)).view());
    }
    return text + "]}";
}

std::string fresh_uuid(base::UnixMs at) {
    Uuid uuid{};
    auth::fill_random(uuid);
    for (std::size_t i = 0; i < 6; ++i) {
        uuid[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(at) >> (8 * (5 - i)));
    }
    uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0F) | 0x70);
    uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3F) | 0x80);
    return std::string(print_uuid(uuid).view());
}

}  // namespace drawbridge::test
