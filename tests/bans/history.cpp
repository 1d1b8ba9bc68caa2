#include "bans/history.h"

#include "auth/server_queries.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <numeric>

namespace drawbridge::test {
namespace {

// Small enough to be passed in ten minutes, by the day and by the mean; but for an owner's, which
// is not the model's matter.
constexpr bans::BreakerLimits kLimits{6, 3, 1000, 25, 1'000'000};

constexpr base::UnixMs kGraceMs = 10 * base::kMinuteMs;

constexpr std::array<base::UnixMs, 6> kWaits{
    1000,
    30 * base::kSecondMs,
    5 * base::kMinuteMs,
    11 * base::kMinuteMs,
    base::kHourMs,
    base::kDayMs};

}  // namespace

struct History::Operation {
    double weight;
    void (History::*run)();
};

History::History(std::uint64_t seed)
    : random_(seed, "history"),
      grace_ms_(random_.chance(0.3) ? 0 : kGraceMs),
      fixture_(grace_ms_, kLimits),
      lists_(grace_ms_, kLimits),
      reader_(fixture_.reader()),
      personas_(random_) {
    watches_.emplace_back(bans::kNetworkList);
    say(fmt::format("grace {} min", grace_ms_ / base::kMinuteMs));
    register_server("alpha", PropagationMode::automatic);
    register_server("alpha", PropagationMode::review);
    register_server("beta", PropagationMode::automatic);
    register_server("beta", PropagationMode::local);
    register_server("gamma", PropagationMode::review);
    compare_lists();
}

void History::step() {
    static const std::vector<Operation> kOperations{
        {20, &History::ban},         {18, &History::join},          {14, &History::come_back},
        {7, &History::unban},        {2, &History::unban_anothers}, {6, &History::poll},
        {5, &History::follow},       {24, &History::decide},        {8, &History::supersede},
        {5, &History::ban_by_staff}, {4, &History::open_appeal},    {3, &History::decide_appeal},
        {1, &History::revoke},       {4, &History::set_mode},       {2, &History::suspend},
        {0.5, &History::add_server}, {4, &History::link},           {5, &History::unlink},
        {3, &History::detach},       {3, &History::split},          {6, &History::undo},
        {5, &History::wait},         {8, &History::tick},           {1, &History::restart}};
    static const population::Weighted kChoice = [] {
        std::vector<double> weights;
        for (const auto& operation : kOperations) {
            weights.push_back(operation.weight);
        }
        return population::Weighted(weights);
    }();
    ++step_;
    fixture_.now += 1 + random_.below(3000);
    (this->*kOperations[kChoice.pick(random_)].run)();
    compare_rows();
    compare_lists();
    compare_persons();
}

void History::register_server(const std::string& owner, PropagationMode mode) {
    const auto name = fmt::format("{}-{}", owner, sites_.size() + 1);
    auto sender = fixture_.add_server(name, mode, owner);
    const auto server = fixture_.network().ring.current()->find(sender.key_id)->server;
    auto known = std::ranges::find(owners_, owner);
    if (known == owners_.end()) {
        known = owners_.insert(known, owner);
        watches_.emplace_back(server->owner_row);
    }
    sites_.push_back({name, server->row, std::move(sender), {}});
    lists_.servers.push_back({static_cast<int>(known - owners_.begin()), mode, 0, false, false});
    say(fmt::format("{} is registered, mode {}", name, auth::mode_name(mode)));
}

void History::add_server() {
    if (sites_.size() >= 9) return;
    const auto& owner = random_.chance(0.5) ? random_.pick(owners_) : "delta";
    register_server(owner, PropagationMode::automatic);
}

void History::wait() {
    const auto passed = kWaits.at(random_.below(kWaits.size()));
    fixture_.now += passed;
    say(fmt::format("{} s pass", passed / base::kSecondMs));
    // As in the daemon the clock's work is done soon after it is due, but not always at once.
    if (random_.chance(0.7)) tick();
}

void History::tick() {
    std::size_t ended = 0;
    for (std::size_t done = 1; done > 0; ended += done) {
        fixture_.unit([&](ingest::UnitOfWork& work) {
            done = work.bans.tick(fixture_.now, 1 + static_cast<int>(random_.below(5))).size();
        });
    }
    lists_.tick(fixture_.now);
    say(fmt::format("the clock ends {}", ended));
    count(ended > 0 ? "clock" : "clock, nothing due");
}

void History::restart() {
    fixture_.restart();
    for (auto& site : sites_) {
        ++site.sender.epoch;
    }
    say("the daemon restarts");
    count("restart");
}

std::optional<History::Unknown> History::unknown_ban() {
    std::optional<Unknown> unknown;
    auto query = reader_->query("SELECT number, follows, server_id FROM bans");
    while (query.step()) {
        const auto number = static_cast<std::uint64_t>(query.integer(0));
        if (lists_.find(number)) continue;
        REQUIRE_MESSAGE(!unknown, "two bans at once");
        unknown = {number, query.optional_integer(1), query.optional_integer(2)};
    }
    return unknown;
}

void History::compare_rows() {
    REQUIRE_FALSE(unknown_ban());
    std::size_t rows = 0;
    auto query = reader_->query(
        "SELECT number, state, adopted, grace_until, expires_at, EXISTS (SELECT 1 FROM appeals "
        "WHERE ban_number = number AND state = 1), follows, superseded_by, profile_id FROM bans"
    );
    for (; query.step(); ++rows) {
        const auto index = lists_.find(static_cast<std::uint64_t>(query.integer(0))).value();
        const auto& ban = lists_.bans()[index];
        INFO("ban " << name_of(index));
        const auto state = static_cast<BanState>(query.integer(1));
        REQUIRE(bans::state_name(state) == bans::state_name(ban.state));
        REQUIRE((query.integer(2) != 0) == ban.adopted);
        REQUIRE(query.optional_integer(3) == ban.grace_until);
        REQUIRE(query.optional_integer(4) == ban.expires_at);
        REQUIRE((query.integer(5) != 0) == ban.has_appeal);
        REQUIRE(query.optional_integer(6) == number_of(ban.follows));
        REQUIRE(query.optional_integer(7) == number_of(ban.superseded_by));
        REQUIRE(query.optional_integer(8) == ban.profile);
    }
    REQUIRE(rows == lists_.bans().size());
}

std::optional<std::int64_t> History::number_of(std::optional<Index> ban) const {
    if (!ban) return std::nullopt;
    return static_cast<std::int64_t>(lists_.bans()[*ban].number);
}

void History::compare_lists() {
    const bool is_late = random_.chance(0.1);
    for (std::size_t i = 0; i < watches_.size(); ++i) {
        const auto view = fixture_.network().lists.view(watches_[i].list());
        REQUIRE(view);
        const auto wanted = i == 0 ? lists_.network() : lists_.of_owner(static_cast<int>(i) - 1);
        watches_[i].compare(*view, wanted, is_late);
    }
}

int History::any_server() {
    return static_cast<int>(random_.below(sites_.size()));
}

std::optional<History::Index> History::any_ban() {
    const auto& bans = lists_.bans();
    if (bans.empty()) return std::nullopt;
    if (random_.chance(0.1)) return last_ = random_.below(bans.size());
    auto from = family_of(last_);
    if (from.size() < 2 || random_.chance(0.6)) {
        from.resize(bans.size());
        std::iota(from.begin(), from.end(), Index{0});
    }
    std::erase_if(from, [&](Index ban) { return bans[ban].is_over(); });
    if (from.empty()) return last_ = random_.below(bans.size());
    return last_ = random_.pick(from);
}

std::vector<History::Index> History::family_of(Index ban) const {
    const auto root_of = [&](Index one) {
        while (lists_.bans()[one].follows) {
            one = *lists_.bans()[one].follows;
        }
        return one;
    };
    std::vector<Index> family;
    for (Index one = 0; one < lists_.bans().size(); ++one) {
        if (root_of(one) == root_of(ban)) family.push_back(one);
    }
    return family;
}

std::string History::any_staff() {
    static const std::vector<std::string> kStaff{"ann", "ben", "cleo"};
    return random_.pick(kStaff);
}

std::string History::name_of(Index ban) const {
    const auto& named = lists_.bans()[ban];
    return fmt::format(
        "#{} ({}, {}, against {})",
        ban,
        print_ban_code(named.number).view(),
        bans::state_name(named.state),
        fmt::join(lists_.against(ban), " ")
    );
}

std::string History::names_of(const std::set<Index>& bans) const {
    std::string names;
    for (const auto ban : bans) {
        names += name_of(ban) + ' ';
    }
    return names;
}

void History::say(const std::string& text) {
    const auto passed = fixture_.now - kNow;
    const auto hours = passed / base::kHourMs;
    const auto minutes = passed / base::kMinuteMs % 60;
    const auto seconds = static_cast<double>(passed % base::kMinuteMs) / 1000;
    told_ += fmt::format("{:4} {:3}:{:02}:{:06.3f} {}\n", step_, hours, minutes, seconds, text);
}

}  // namespace drawbridge::test
