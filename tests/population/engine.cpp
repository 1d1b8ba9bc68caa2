#include "population/engine.h"

#include "auth/owner_trust.h"
#include "auth/random.h"
#include "events/decode.h"
#include "events/json.h"
#include "events/recorder.h"
#include "privacy/short_lived.h"
#include "privacy/sweep.h"
#include "store/meta.h"
#include "store/migrations.h"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <chrono>
#include <stdexcept>
#include <utility>

namespace drawbridge::population {
namespace {

constexpr int kBansPerTick = 100;
constexpr int kRowsPerPurge = 1000;

std::unique_ptr<store::Database> open(const test::TempFolder& folder) {
    auto database = std::make_unique<store::Database>(
        folder / "drawbridge.db",
        store::Database::Mode::read_write
    );
    // What a power cut would do is nobody's question here.
    database->execute("PRAGMA synchronous=OFF");
    return database;
}

void make_instance(const test::TempFolder& folder) {
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

boost::json::object parse(const std::string& members) {
    auto value = events::parse_json("{" + members + "}");
    if (!value) throw std::runtime_error("an event's result is no JSON: " + members);
    return value.value().get_object();
}

std::uint64_t ban_number(const boost::json::object& holder) {
    const auto number = parse_ban_code(std::string(holder.at("code").as_string()));
    if (!number) throw std::runtime_error("a ban has no code");
    return *number;
}

std::vector<Clue> clues_of(const boost::json::object& verdict) {
    std::vector<Clue> clues;
    for (const auto& entry : verdict.at("evidence").as_array()) {
        const auto& object = entry.as_object();
        std::string kind(object.at("kind").as_string());
        if (const auto* type = object.if_contains("type"))
            kind += ':' + std::string(type->as_string());
        clues.push_back({std::move(kind), static_cast<int>(object.at("weight").as_int64())});
    }
    return clues;
}

}  // namespace

Engine::Engine(const Landscape& landscape) : landscape_(landscape) {
    make_instance(folder_);
    start();
    add_servers();
}

Engine::~Engine() {
    writer_.reset();
}

void Engine::start() {
    auto database = open(folder_);
    auto keys =
        std::make_unique<store::KeyRing>(*database, store::MasterKey::load(folder_ / "master.key"));
    ingest::Settings settings;
    // What the evidence does to bans is measured, not how many an owner may place.
    settings.breaker = {1'000'000, 1'000'000, 1'000'000, 1'000'000, 1'000'000};
    network_ = std::make_unique<ingest::Network>(std::move(settings), std::move(keys), *database);
    writer_ = std::make_unique<store::Writer>(
        std::move(database),
        10,
        nullptr,
        store::TransactionHooks{
            [this](store::Database& begun) { network_->keys->begun(begun, now_); },
            [this](store::Database& ending) { network_->keys->ending(ending); },
            [this] { return network_->keys->committed(); }}
    );
}

void Engine::unit(const std::function<void(ingest::UnitOfWork&)>& work) {
    ingest::run_unit(*network_, *writer_, work);
}

void Engine::add_servers() {
    std::vector<bans::ListId> owners(landscape_.owners.size(), bans::kNetworkList);
    std::vector<std::string> keys;
    unit([&](ingest::UnitOfWork& work) {
        for (std::uint32_t i = 0; i < landscape_.servers.size(); ++i) {
            const auto number = landscape_.servers[i].owner;
            const auto name = fmt::format("server{}", i);
            const auto mode = landscape_.owners[number].mode;
            const auto added =
                work.servers.add({name, fmt::format("owner{}", number), mode, {}}, now_);
            keys.push_back(std::get<auth::IssuedKey>(added).key_id);
            const auto row = work.servers.find(name);
            auto query = work.database.query("SELECT owner_id FROM servers WHERE id = ?");
            if (!query.bind(row).step()) throw std::runtime_error("a server was not added");
            const auto owner = query.integer(0);
            if (std::exchange(owners[number], owner) == bans::kNetworkList) {
                work.owner_added(owner);
                // As those of a network that has been running for a while.
                auth::OwnerTrust(work.database).set(owner, auth::Trust::full);
            }
            work.server_changed(*row);
        }
    });
    for (const auto& key : keys) {
        servers_.push_back(network_->ring.current()->find(key)->server);
    }
    unit([&](ingest::UnitOfWork& work) {
        for (std::uint32_t i = 0; i < servers_.size(); ++i) {
            const auto slots = landscape_.servers[i].slots;
            (void)record(work, i, count_body(slots, now_, ++events_), now_);
        }
    });
    lists_ = std::make_unique<GameLists>(network_->lists, std::move(owners));
    lists_->poll();
}

std::vector<Answer> Engine::apply(std::span<const Happening> happenings) {
    std::vector<Answer> answers;
    if (happenings.empty()) return answers;
    now_ = happenings.front().at;
    unit([&](ingest::UnitOfWork& work) {
        keep_house(work);
        for (const auto& happening : happenings) {
            now_ = happening.at;
            answers.push_back(apply(work, happening));
        }
    });
    lists_->poll();
    return answers;
}

// What the daemon does every second and every day, in small steps; here nobody waits for them.
void Engine::keep_house(ingest::UnitOfWork& work) {
    while (work.bans.tick(now_, kBansPerTick).size() >= kBansPerTick) {
    }
    if (now_ - swept_ < base::kDayMs) return;
    swept_ = now_;
    while (privacy::purge_short_lived(work.database, now_, network_->horizon, kRowsPerPurge)) {
    }
    sweep(work.database);
}

void Engine::sweep(store::Database& database) {
    const auto& periods = network_->settings.retention;
    const auto whenever = std::chrono::steady_clock::now() + std::chrono::hours(1);
    for (bool has_more = true; has_more;) {
        const auto step =
            privacy::continue_sweep(database, periods, network_->sweep, now_, whenever);
        network_->sweep = step.state;
        has_more = step.has_more;
    }
}

Answer Engine::apply(ingest::UnitOfWork& work, const Happening& happening) {
    switch (happening.what) {
        case What::join:
        case What::invented_join: return join(work, happening);
        case What::ban: ban(work, happening); break;
        case What::lift: lift(work, happening); break;
        case What::decide: decide(work, happening); break;
    }
    return {};
}

// As the resource decides: a ban by account in its own lists is certain; else the verdict counts,
// and where there is none, what the lists say of the tokens.
Answer Engine::join(ingest::UnitOfWork& work, const Happening& happening) {
    const auto owner = landscape_.servers[happening.server].owner;
    const auto player = tags_of(happening.shown, owner);
    const auto local = lists_->match(player, owner, happening.at);
    const auto members =
        record(work, happening.server, join_body(player, happening.at, ++events_), happening.at);
    if (!members) throw std::runtime_error("a join was rejected");
    const auto result = parse(*members);
    const auto& verdict = result.at("verdict").as_object();
    const auto& decision = verdict.at("decision").as_string();
    Answer answer;
    answer.watched = decision == "watch";
    answer.refused =
        local.by_account || decision == "ban" || (decision == "none" && local.by_tokens);
    if (verdict.contains("evidence")) answer.clues = clues_of(verdict);
    if (verdict.contains("code")) answer.ban = cause_of(work, ban_number(verdict));
    if (decision != "ban") return answer;
    answer.by_network = verdict.at("scope") == "network";
    for (const auto& type : verdict.at("matched").as_array()) {
        answer.matched += (answer.matched.empty() ? "" : " ") + std::string(type.as_string());
    }
    return answer;
}

// The engine's own bans follow from one of the world's.
std::uint32_t Engine::cause_of(ingest::UnitOfWork& work, std::uint64_t number) const {
    for (std::optional<std::uint64_t> cause = number; cause;) {
        const auto known = bans_.find(*cause);
        if (known != bans_.end()) return known->second;
        const auto ban = work.bans.load(*cause);
        cause = ban ? ban->follows : std::nullopt;
    }
    return kNone;
}

void Engine::ban(ingest::UnitOfWork& work, const Happening& happening) {
    const auto target = tags_of(happening.shown, landscape_.servers[happening.server].owner);
    const auto body = ban_body(target, happening.at, happening.duration, ++events_);
    const auto members = record(work, happening.server, body, happening.at);
    if (!members) throw std::runtime_error("a ban was rejected");
    const auto result = parse(*members);
    const auto number = ban_number(result.at("ban").as_object());
    numbers_[happening.ban] = number;
    bans_.emplace(number, happening.ban);
}

void Engine::lift(ingest::UnitOfWork& work, const Happening& happening) {
    const auto number = numbers_.at(happening.ban);
    const auto body = unban_body(number, happening.at, ++events_);
    const bool is_lifted = record(work, happening.server, body, happening.at).has_value();
    if (happening.is_foreign) {
        foreign_lifts_ += is_lifted ? 1 : 0;
        return;
    }
    // Adopted by staff: they lift it when its owner asks them to.
    if (is_lifted) return;
    const bans::Bans::Decision by{"staff", "the owner asked", happening.at};
    (void)work.bans.decide(number, bans::BanAction::lift, by);
}

void Engine::decide(ingest::UnitOfWork& work, const Happening& happening) {
    const auto number = numbers_.at(happening.ban);
    const bans::Bans::Decision by{"staff", "reviewed", happening.at};
    // Lifted or expired meanwhile: there is nothing left to decide.
    const auto action = happening.approve ? bans::BanAction::approve : bans::BanAction::reject;
    (void)work.bans.decide(number, action, by);
}

std::optional<std::string>
Engine::record(ingest::UnitOfWork& work, std::uint32_t server, const std::string& body, Time now) {
    const auto decoded = events::decode_events(body);
    if (!decoded) throw std::runtime_error("an event was not understood: " + body);
    const auto& by = *servers_[server];
    const events::RecorderParts parts{
        work.database,
        *network_->sealer,
        work.profiles,
        network_->visits,
        work.visits,
        work.bans,
        work.cases,
        network_->list_master,
        by,
        now,
        network_->horizon,
        network_->settings.ban_grace_ms,
        network_->settings.evidence,
        network_->settings.owner_persons,
        work.person_trips,
        [&](const store::AuditEntry& entry) { work.audit(store::by_server(by.id), entry, now); },
    };
    const auto result = events::Recorder(parts).record(decoded.value()).front();
    if (result.outcome == base::EventOutcome::stored) return result.members;
    if (result.outcome == base::EventOutcome::unknown_code) return std::nullopt;
    throw std::runtime_error("an event was rejected: " + result.error.detail);
}

}  // namespace drawbridge::population
