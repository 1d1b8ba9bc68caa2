#include "population/wire.h"

#include "population/random.h"
#include "shared/digest.h"

#include <fmt/format.h>

#include <span>
#include <string_view>

namespace drawbridge::population {
namespace {

// A hash stands for a hash: that a tag is keyed makes no difference to whoever compares tags.
Tag make_tag(std::uint64_t kind, std::uint64_t value, std::uint64_t owner) {
    const std::array<std::uint64_t, 3> words{kind, value, owner};
    std::array<std::uint8_t, sizeof words> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(words[i / 8] >> (8 * (i % 8)));
    }
    return sha256(bytes);
}

constexpr std::uint64_t kAddressKind = 100;
constexpr std::uint64_t kTokenKind = 200;

std::string uuid(Time at, std::uint64_t number, std::uint64_t purpose) {
    Uuid id{};
    const auto low = mix(number, purpose);
    const auto high = mix(purpose, number);
    for (std::size_t i = 0; i < 8; ++i) {
        id[i] = static_cast<std::uint8_t>(high >> (8 * i));
        id[8 + i] = static_cast<std::uint8_t>(low >> (8 * i));
    }
    for (std::size_t i = 0; i < 6; ++i) {
        id[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(at) >> (8 * (5 - i)));
    }
    id[6] = static_cast<std::uint8_t>((id[6] & 0x0F) | 0x70);
    id[8] = static_cast<std::uint8_t>((id[8] & 0x3F) | 0x80);
    return std::string(print_uuid(id).view());
}

std::string event(std::string_view type, Time at, std::uint64_t number, std::string_view members) {
    return fmt::format(
        R"({{"events":[{{"id":"{}","type":"{}","at":{},{}}}]}})",
        uuid(at, number, 1),
        type,
        at,
        members
    );
}

std::string player_json(const PlayerTags& player) {
    std::string text = "{\"tags\":[";
    for (std::size_t i = 0; i < player.accounts.size(); ++i) {
        text += fmt::format(
            R"({{"type":"{}","tag":"{}"}},)",
            type_name(player.types[i]),
            print_tag(player.accounts[i]).view()
        );
    }
    text +=
        fmt::format(R"({{"type":"ip","tag":"{}"}}],"tokens":[)", print_tag(player.address).view());
    for (std::size_t i = 0; i < player.tokens.size(); ++i) {
        text += fmt::format(R"({}"{}")", i == 0 ? "" : ",", print_tag(player.tokens[i]).view());
    }
    return text + "]}";
}

}  // namespace

PlayerTags tags_of(const Presentation& shown, std::uint32_t owner) {
    PlayerTags player;
    for (std::size_t i = 0; i < kAccountTypes.size(); ++i) {
        if (shown.accounts.ids[i] == 0) continue;
        player.accounts.push_back(make_tag(i, shown.accounts.ids[i], 0));
        player.types.push_back(kAccountTypes[i]);
    }
    for (std::size_t i = 0; i < kParts; ++i) {
        const auto part = shown.machine.parts[i];
        if (part != 0) player.tokens.push_back(make_tag(kTokenKind + i, part, 1 + owner));
    }
    player.address = make_tag(kAddressKind, shown.address, 0);
    return player;
}

std::string join_body(const PlayerTags& player, Time at, std::uint64_t number) {
    const auto session = uuid(at, number, 2);
    return event(
        "join",
        at,
        number,
        fmt::format(R"("session":"{}","player":{})", session, player_json(player))
    );
}

std::string ban_body(const PlayerTags& target, Time at, Time duration, std::uint64_t number) {
    return event(
        "ban",
        at,
        number,
        fmt::format(
            R"("target":{},"category":"cheating","reason":"cheating","duration":{})",
            player_json(target),
            duration / base::kSecondMs
        )
    );
}

std::string unban_body(std::uint64_t ban_number, Time at, std::uint64_t number) {
    const auto code = print_ban_code(ban_number);
    return event("unban", at, number, fmt::format(R"("code":"{}")", code.view()));
}

std::string count_body(std::uint32_t slots, Time at, std::uint64_t number) {
    return event("player_count", at, number, fmt::format(R"("players":0,"max_players":{})", slots));
}

}  // namespace drawbridge::population
