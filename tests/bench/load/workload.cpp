#include "bench/load/workload.h"

#include "shared/encoding.h"
#include "shared/limits.h"

#include <array>
#include <chrono>
#include <cstring>
#include <string_view>

namespace drawbridge::bench {
namespace {

constexpr std::size_t kRegulars = 400;
// One join in so many is of somebody whom the network has never seen.
constexpr std::uint64_t kStrangerEvery = 50;
constexpr std::size_t kBatch = 100;
constexpr std::uint64_t kRegularsSeed = 20'251'121;

constexpr std::array<std::string_view, 6>
    kTypes{"license", "license2", "discord", "ip", "steam", "fivem"};

std::uint64_t unix_ms() {
    using std::chrono::milliseconds;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(now).count());
}

constexpr std::string_view kHeartbeat =
    R"("uptime":86400,"players":48,"lists":{"network":"0","owner":"0"},"outbox":100,"dropped":0,)"
    R"("resource_version":"0.1.0"})";
constexpr std::string_view kDetection =
    R"(,"detector":"godmode","category":"cheating","confidence":80,)"
    R"("detail":"health stayed at 200 through 14 hits within 3 seconds"})";
constexpr std::string_view kReport =
    R"(,"category":"harassment","text":"Followed me around for an hour and would not stop."})";
constexpr std::string_view kKick = R"(,"reason":"Blocked the hospital entrance","issuer":"Ann"})";
constexpr std::string_view kError =
    R"("where":"outbox","message":"answer of 503 after 2 s, tried again in 4 s"})";

}  // namespace

Workload::Workload(Scenario scenario, std::size_t accounts)
    : scenario_(scenario),
      random_(std::random_device{}()),
      servers_(accounts) {
    std::mt19937_64 fixed(kRegularsSeed);  // NOLINT(cert-msc51-cpp): the same people in every run
    for (auto& server : servers_) {
        for (std::size_t i = 0; i < kRegulars; ++i) {
            server.regulars.push_back(person(fixed));
        }
    }
}

std::string Workload::tag_of(std::mt19937_64& random) const {
    std::array<std::uint8_t, kTagBytes> bytes{};
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
        const std::uint64_t word = random();
        std::memcpy(bytes.data() + at, &word, sizeof word);
    }
    return std::string(print_base64url(bytes).view());
}

// The tags drawn are the same for every scenario; the smaller joins name fewer of them.
std::string Workload::person(std::mt19937_64& random) const {
    const bool is_small = scenario_ == Scenario::join || scenario_ == Scenario::batch;
    std::string out = R"({"tags":[)";
    for (std::size_t i = 0; i < kTypes.size(); ++i) {
        const auto tag = tag_of(random);
        if (is_small && i >= 4) continue;
        if (i > 0) out += ',';
        out.append(R"({"type":")").append(kTypes[i]).append(R"(","tag":")").append(tag);
        out += "\"}";
    }
    out += R"(],"tokens":[)";
    for (std::size_t i = 0; i < 10; ++i) {
        const auto tag = tag_of(random);
        if (is_small && i >= 3) continue;
        if (i > 0) out += ',';
        out.append("\"").append(tag).append("\"");
    }
    out += R"(],"name":"Somebody"})";
    return out;
}

const std::string& Workload::visitor(Server& server) {
    if (random_() % kStrangerEvery == 0) {
        stranger_ = person(random_);
        return stranger_;
    }
    return server.regulars[random_() % server.regulars.size()];
}

Uuid Workload::new_id() {
    Uuid id{};
    const auto now = unix_ms();
    for (std::size_t i = 0; i < 6; ++i) {
        id[i] = static_cast<std::uint8_t>(now >> (8 * (5 - i)));
    }
    const std::array<std::uint64_t, 2> words{random_(), random_()};
    std::memcpy(id.data() + 6, words.data(), 10);
    id[6] = static_cast<std::uint8_t>(0x70U | (id[6] & 0x0fU));
    id[8] = static_cast<std::uint8_t>(0x80U | (id[8] & 0x3fU));
    return id;
}

bool Workload::next(std::size_t account, Load& load) {
    auto& server = servers_[account];
    load.body.clear();
    load.ids.clear();
    if (scenario_ == Scenario::poll) return true;
    load.body += R"({"events":[)";
    bool any = true;
    switch (scenario_) {
        case Scenario::batch: add_batch(server, load); break;
        case Scenario::regulars: any = add_regulars(server, load); break;
        default: add_join(server, visitor(server), load);
    }
    load.body += "]}";
    return any;
}

void Workload::begin_event(Load& load, std::string_view type) {
    if (!load.ids.empty()) load.body += ',';
    load.ids.push_back(new_id());
    load.body.append(R"({"id":")").append(print_uuid(load.ids.back()).view());
    load.body.append(R"(","type":")").append(type);
    load.body.append(R"(","at":)").append(std::to_string(unix_ms())).append(",");
}

void Workload::add_join(Server& server, const std::string& player, Load& load) {
    begin_event(load, "join");
    const auto session = new_id();
    load.body.append(R"("session":")").append(print_uuid(session).view());
    load.body.append(R"(","player":)").append(player).append("}");
    if (scenario_ == Scenario::batch) server.sessions.push_back(session);
}

void Workload::add_leave(Server& server, Load& load) {
    begin_event(load, "leave");
    const auto session = server.sessions.empty() ? new_id() : server.sessions.back();
    if (!server.sessions.empty()) server.sessions.pop_back();
    load.body.append(R"("session":")").append(print_uuid(session).view());
    load.body.append(R"(","drop_reason":0,"seconds":3600})");
}

void Workload::add_mixed(Server& server, std::size_t position, Load& load) {
    const auto about = [&](std::string_view type, std::string_view rest) {
        begin_event(load, type);
        load.body.append(R"("target":)").append(visitor(server)).append(rest);
    };
    switch (position % 10) {
        case 0:
        case 1: return add_join(server, visitor(server), load);
        case 2:
        case 3: return add_leave(server, load);
        case 4: return about("detection", kDetection);
        case 5: return about("report", kReport);
        case 6: return about("kick", kKick);
        case 7:
            begin_event(load, "error");
            load.body += kError;
            return;
        case 8:
            begin_event(load, "heartbeat");
            load.body += kHeartbeat;
            return;
        default:
            begin_event(load, "player_count");
            load.body += R"("players":48,"max_players":64})";
    }
}

void Workload::add_batch(Server& server, Load& load) {
    for (std::size_t i = 0; i < kBatch; ++i) {
        add_mixed(server, i, load);
    }
}

bool Workload::add_regulars(Server& server, Load& load) {
    for (std::size_t i = 0; i < kBatch && server.introduced < server.regulars.size(); ++i) {
        add_join(server, server.regulars[server.introduced++], load);
    }
    return !load.ids.empty();
}

}  // namespace drawbridge::bench
