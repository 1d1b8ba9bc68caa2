// Events as values (docs/protocol.md §7), after validation and before anything is done with them.
#pragma once

#include "bans/ban.h"
#include "base/clock.h"
#include "base/outcome.h"
#include "identity/player.h"
#include "shared/ids.h"
#include "store/key_purpose.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drawbridge::events {

/// Which member, and what was expected. Never holds the value itself.
struct FieldError {
    std::string field;
    std::string detail;
};

// The numbers are stored: never renumber.
enum class EventType : std::uint8_t {
    join = 1,
    leave,
    ban,
    unban,
    kick,
    warn,
    heartbeat,
    player_count,
    report,
    detection,
    error
};
/// The dated key that payloads of this type are sealed under.
[[nodiscard]] store::KeyPurpose key_purpose(EventType type);
[[nodiscard]] std::string_view type_name(EventType type);
[[nodiscard]] std::optional<EventType> parse_type(std::string_view name);

struct Join {
    Uuid session{};
    identity::Player player;
};

struct Leave {
    Uuid session{};
};

struct Ban {
    identity::Player target;
    bans::Category category = bans::Category::other;
    std::string reason;
    std::int64_t duration_seconds = 0;  // 0: permanent
    std::string issuer;
    std::vector<std::string> evidence;  // links and notes
};

struct Unban {
    std::uint64_t ban_number = 0;
    std::string reason;
};

struct Heartbeat {
    std::int64_t players = 0;
    std::string network_cursor;
    std::string owner_cursor;
    std::int64_t outbox = 0;
    std::string resource_version;
};

struct PlayerCount {
    std::int64_t players = 0;
    std::int64_t max_players = 0;
};

/// kick, warn: about a player, kept as they came.
struct AboutPlayer {
    identity::Player target;
};

struct Report {
    identity::Player target;
    std::optional<identity::Player> reporter;
    bans::Category category = bans::Category::other;
};

struct Detection {
    identity::Player target;
    bans::Category category = bans::Category::other;
    std::int64_t confidence = 0;  // 0 to 100
};

/// error: kept as it came.
struct Plain {};

struct Event {
    Uuid id{};
    EventType type = EventType::error;
    base::UnixMs at = 0;
    std::variant<
        Join,
        Leave,
        Ban,
        Unban,
        Heartbeat,
        PlayerCount,
        AboutPlayer,
        Report,
        Detection,
        Plain>
        body;
    std::string payload;  // its JSON without white space and without tags of addresses
};

struct RejectedEvent {
    std::optional<std::string> id;  // as sent; nothing when it was no string
    base::EventOutcome outcome = base::EventOutcome::bad_field;
    FieldError error;
};

using DecodedEvent = std::variant<Event, RejectedEvent>;

struct Hello {
    std::string resource_version;
    std::optional<std::int64_t> build;
    std::optional<std::int64_t> max_players;
    std::string join_code;
    std::string platform;
};

struct Explain {
    Uuid session{};
    identity::Player player;
};

struct Rotate {
    std::array<std::uint8_t, 32> public_key{};
};

struct Enrol {};

}  // namespace drawbridge::events
