#include "events/decode.h"

#include "bans/ban_evidence.h"
#include "events/decode_player.h"
#include "events/json.h"
#include "events/reader.h"
#include "shared/encoding.h"
#include "shared/limits.h"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <array>
#include <utility>

namespace drawbridge::events {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMaxTime = static_cast<std::int64_t>(kMaxSafeInteger);
constexpr std::int64_t kMaxSeconds = 31'536'000;
constexpr std::int64_t kMaxPlayers = 2048;
// Bytes of memory for the values of a document; what needs more gets it from the heap.
constexpr std::size_t kSmallDocument = 16'384;

constexpr std::array<std::pair<EventType, std::string_view>, 11> kTypes{{
    {EventType::join, "join"},
    {EventType::leave, "leave"},
    {EventType::ban, "ban"},
    {EventType::unban, "unban"},
    {EventType::kick, "kick"},
    {EventType::warn, "warn"},
    {EventType::heartbeat, "heartbeat"},
    {EventType::player_count, "player_count"},
    {EventType::report, "report"},
    {EventType::detection, "detection"},
    {EventType::error, "error"},
}};

using Body = decltype(Event::body);

Uuid read_uuid(Reader& from, std::string_view name) {
    const auto text = from.text(name, 1, 64);
    const auto uuid = parse_uuid7(text);
    if (!uuid) from.fail(name, "expected a UUIDv7 in lower case with hyphens");
    return uuid.value_or(Uuid{});
}

bans::Category read_category(Reader& from) {
    const auto category = bans::parse_category(from.text("category", 1, 32));
    if (!category) from.fail("category", fmt::format("expected one of {}", bans::category_names()));
    return category.value_or(bans::Category::other);
}

std::string read_cursor(Reader& from, std::string_view name) {
    auto text = from.text(name, 1, 64);
    if (!parse_cursor(text)) from.fail(name, "expected 0 or <lineage>-<version>");
    return text;
}

Body read_join(Reader& from) {
    Join join;
    join.session = read_uuid(from, "session");
    join.player = read_player(from, "player");
    return join;
}

Body read_leave(Reader& from) {
    Leave leave;
    leave.session = read_uuid(from, "session");
    (void)from.integer("drop_reason", 0, 99);
    (void)from.integer("seconds", 0, kMaxSeconds);
    return leave;
}

std::optional<std::string> evidence_fault(const json::value& text) {
    if (!text.is_string()) return "expected text";
    const std::string_view content(text.get_string());
    if (auto fault = text_fault(content, 1, kMaxReasonLength)) return fault;
    if (const auto fault = bans::evidence_fault(content)) return std::string(*fault);
    return std::nullopt;
}

std::vector<std::string> read_evidence(Reader& from) {
    std::vector<std::string> texts;
    if (!from.has("evidence")) return texts;
    const auto* evidence = from.array("evidence", 0, kMaxEvidenceTexts);
    for (std::size_t i = 0; evidence != nullptr && i < evidence->size(); ++i) {
        if (auto fault = evidence_fault((*evidence)[i])) {
            from.fail(from.path_of("evidence", i), *std::move(fault));
        } else {
            texts.emplace_back((*evidence)[i].get_string());
        }
    }
    return texts;
}

Body read_ban(Reader& from) {
    Ban ban;
    ban.target = read_player(from, "target");
    ban.category = read_category(from);
    ban.reason = from.text("reason", 1, kMaxReasonLength);
    ban.duration_seconds = from.integer("duration", 0, static_cast<std::int64_t>(kMaxBanSeconds));
    ban.issuer = from.optional_text("issuer", kMaxIssuerLength);
    ban.evidence = read_evidence(from);
    return ban;
}

Body read_unban(Reader& from) {
    Unban unban;
    const auto number = parse_ban_code(from.text("code", 1, 16));
    if (!number) from.fail("code", "expected a ban code XXXX-XXXX");
    unban.ban_number = number.value_or(0);
    unban.reason = from.optional_text("reason", kMaxReasonLength);
    (void)from.optional_text("issuer", kMaxIssuerLength);
    return unban;
}

Body read_sanction(Reader& from) {
    AboutPlayer about{read_player(from, "target")};
    (void)from.text("reason", 1, kMaxReasonLength);
    (void)from.optional_text("issuer", kMaxIssuerLength);
    return about;
}

Body read_heartbeat(Reader& from) {
    Heartbeat heartbeat;
    (void)from.integer("uptime", 0, kMaxTime);
    heartbeat.players = from.integer("players", 0, kMaxPlayers);
    if (const auto* lists = from.object("lists")) {
        const auto at = from.path_of("lists");
        Reader reader(*lists, at, from.error());
        heartbeat.network_cursor = read_cursor(reader, "network");
        heartbeat.owner_cursor = read_cursor(reader, "owner");
        reader.finish();
    }
    heartbeat.outbox = from.integer("outbox", 0, 1'000'000);
    (void)from.integer("dropped", 0, kMaxTime);
    heartbeat.resource_version = from.text("resource_version", 1, 32);
    return heartbeat;
}

Body read_player_count(Reader& from) {
    PlayerCount count;
    count.players = from.integer("players", 0, kMaxPlayers);
    count.max_players = from.integer("max_players", 0, kMaxPlayers);
    return count;
}

Body read_report(Reader& from) {
    Report report;
    report.target = read_player(from, "target");
    if (from.has("reporter")) report.reporter = read_player(from, "reporter");
    report.category = read_category(from);
    (void)from.text("text", 1, kMaxTextLength);
    return report;
}

Body read_detection(Reader& from) {
    Detection detection;
    detection.target = read_player(from, "target");
    (void)from.text("detector", 1, 64);
    detection.category = read_category(from);
    detection.confidence = from.integer("confidence", 0, 100);
    (void)from.optional_text("detail", kMaxTextLength);
    return detection;
}

Body read_error(Reader& from) {
    (void)from.text("where", 1, 64);
    (void)from.text("message", 1, kMaxReasonLength);
    (void)from.optional_text("trace", kMaxTraceLength);
    return Plain{};
}

Body read_body(EventType type, Reader& from) {
    switch (type) {
        case EventType::join: return read_join(from);
        case EventType::leave: return read_leave(from);
        case EventType::ban: return read_ban(from);
        case EventType::unban: return read_unban(from);
        case EventType::kick:
        case EventType::warn: return read_sanction(from);
        case EventType::heartbeat: return read_heartbeat(from);
        case EventType::player_count: return read_player_count(from);
        case EventType::report: return read_report(from);
        case EventType::detection: return read_detection(from);
        case EventType::error: return read_error(from);
    }
    return Plain{};
}

std::optional<std::string> id_as_sent(const json::value& value) {
    const auto* object = value.if_object();
    const auto* id = object == nullptr ? nullptr : object->if_contains("id");
    if (id == nullptr || !id->is_string() || id->get_string().size() > 64) return std::nullopt;
    return std::string(id->get_string());
}

DecodedEvent decode_event(const json::value& value) {
    using base::EventOutcome;
    RejectedEvent rejected{id_as_sent(value), EventOutcome::bad_field, {}};
    if (!value.is_object()) {
        rejected.error = {"event", "expected an object"};
        return rejected;
    }
    Event event;
    event.payload = json::serialize(value);
    if (event.payload.size() > kMaxEventBytes) {
        rejected.outcome = EventOutcome::too_large;
        rejected.error = {"event", fmt::format("expected at most {} bytes", kMaxEventBytes)};
        return rejected;
    }
    std::optional<FieldError> error;
    const FieldPath at;
    Reader reader(value.get_object(), at, error);
    event.id = read_uuid(reader, "id");
    const auto type = parse_type(reader.text("type", 1, 32));
    if (!error && !type) {
        rejected.outcome = EventOutcome::unknown_type;
        rejected.error = {"type", "is not an event type of this protocol version"};
        return rejected;
    }
    event.at = reader.integer("at", 0, kMaxTime);
    if (!error) {
        event.type = *type;
        event.body = read_body(*type, reader);
        reader.finish();
    }
    if (error) {
        rejected.error = *error;
        return rejected;
    }
    if (holds_address(event.payload)) event.payload = without_addresses(value);
    return event;
}

/// Parses `body` and hands its one object to `read`; the error is the first one found.
template <class T, class Read>
Decoded<T> decode_object(std::string_view body, Read read) {
    // Taken and given back as a whole: the values are many and live as long as this call.
    std::array<unsigned char, kSmallDocument>
        first;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    json::monotonic_resource memory(first.data(), first.size());
    const auto parsed = parse_json(body, &memory);
    if (!parsed) return BodyError{{"", parsed.error().detail}};
    if (!parsed.value().is_object()) return BodyError{{"body", "expected an object"}};
    std::optional<FieldError> error;
    const FieldPath at;
    Reader reader(parsed.value().get_object(), at, error);
    T decoded = read(reader);
    reader.finish();
    if (error) return BodyError{std::move(*error)};
    return decoded;
}

void read_protocol(Reader& from) {
    (void)from.integer("protocol", kProtocolVersion, kProtocolVersion);
}

bool is_join_code(std::string_view text) {
    return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos;
}

void check_schemes(Reader& from) {
    const auto* schemes = from.array("tag_schemes", 1, 16);
    if (schemes == nullptr) return;
    const auto ours = json::value(std::int64_t{kTagScheme});
    if (std::find(schemes->begin(), schemes->end(), ours) == schemes->end()) {
        from.fail("tag_schemes", "expected to hold 1");
    }
}

void read_server(Reader& from, Hello& hello) {
    if (!from.has("server")) return;
    const auto* server = from.object("server");
    if (server == nullptr) return;
    const auto at = from.path_of("server");
    Reader reader(*server, at, from.error());
    hello.build = reader.optional_integer("build", 0, 999'999);
    hello.max_players = reader.optional_integer("max_players", 1, kMaxPlayers);
    hello.join_code = reader.optional_text("join_code", 16);
    if (!is_join_code(hello.join_code)) reader.fail("join_code", "expected 1 to 16 of a-z0-9");
    hello.platform = reader.optional_text("platform", 16);
    if (!hello.platform.empty() && hello.platform != "linux" && hello.platform != "windows") {
        reader.fail("platform", "expected linux or windows");
    }
    reader.finish();
}

}  // namespace

std::string_view type_name(EventType type) {
    for (const auto& [known, name] : kTypes) {
        if (known == type) return name;
    }
    return "unknown";
}

store::KeyPurpose key_purpose(EventType type) {
    switch (type) {
        case EventType::heartbeat:
        case EventType::player_count: return store::KeyPurpose::telemetry;
        case EventType::error: return store::KeyPurpose::error;
        default: return store::KeyPurpose::event;
    }
}

std::optional<EventType> parse_type(std::string_view name) {
    for (const auto& [type, known] : kTypes) {
        if (known == name) return type;
    }
    return std::nullopt;
}

Decoded<std::vector<DecodedEvent>> decode_events(std::string_view body) {
    return decode_object<std::vector<DecodedEvent>>(body, [](Reader& reader) {
        std::vector<DecodedEvent> events;
        const auto* array = reader.array("events", 1, kMaxEventsPerRequest);
        if (array == nullptr) return events;
        events.reserve(array->size());
        for (const auto& value : *array) {
            events.push_back(decode_event(value));
        }
        return events;
    });
}

Decoded<Hello> decode_hello(std::string_view body) {
    return decode_object<Hello>(body, [](Reader& reader) {
        Hello hello;
        read_protocol(reader);
        hello.resource_version = reader.text("resource_version", 1, 32);
        check_schemes(reader);
        read_server(reader, hello);
        return hello;
    });
}

Decoded<Explain> decode_explain(std::string_view body) {
    return decode_object<Explain>(body, [](Reader& reader) {
        Explain explain;
        explain.session = read_uuid(reader, "session");
        read_tags(reader, explain.player);
        return explain;
    });
}

Decoded<Rotate> decode_rotate(std::string_view body) {
    return decode_object<Rotate>(body, [](Reader& reader) {
        Rotate rotate;
        const auto key = parse_base64url<32>(reader.text("public_key", 1, 64));
        if (!key) reader.fail("public_key", "expected 43 base64url characters");
        rotate.public_key = key.value_or(std::array<std::uint8_t, 32>{});
        return rotate;
    });
}

Decoded<Enrol> decode_enrol(std::string_view body) {
    return decode_object<Enrol>(body, [](Reader& reader) {
        read_protocol(reader);
        return Enrol{};
    });
}

}  // namespace drawbridge::events
