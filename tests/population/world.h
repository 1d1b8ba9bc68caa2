// The world: people, servers and what happens between them, in the order of time. It knows nothing
// of how anybody is recognised; it is told what became of each join and goes on from there.
#pragma once

#include "population/happening.h"
#include "population/landscape.h"
#include "population/ledger.h"
#include "population/schemes.h"
#include "population/settle.h"

#include <optional>
#include <queue>
#include <vector>

namespace drawbridge::population {

/// Nobody reacts sooner than this to what became of a join: so many can be applied together.
inline constexpr Time kReaction = 15 * base::kMinuteMs;

/// How the innocent were dealt with by owners, apart from their own circumstances.
struct Wronged {
    bool framed = false;       // a hostile owner linked them to a cheater
    bool accused = false;      // a hostile owner banned them by name
    bool mistaken = false;     // an honest owner did
    std::uint32_t by = kNone;  // the hostile owner, latest
};

class World {
public:
    explicit World(const Settings& settings);

    /// Nothing happens before `before`, if nothing. Times never go back.
    [[nodiscard]] std::optional<Happening> next(Time before);
    /// What became of a join, told before anything from `join.at` + kReaction on is asked for.
    void answer(const Happening& join, const Answer& answer);

    [[nodiscard]] const Settings& settings() const { return settings_; }

    [[nodiscard]] const Landscape& landscape() const { return landscape_; }

    [[nodiscard]] const Population& population() const { return population_; }

    [[nodiscard]] const Ledger& ledger() const { return ledger_; }

    [[nodiscard]] const Wronged& wronged(PersonId person) const { return wronged_[person]; }

private:
    enum class Turn : std::uint8_t {
        visit,
        return_visit,
        buy,
        come_back,
        ban,
        lift,
        decide,
        scheme,
        scripted
    };

    struct Item {
        Time at;
        std::uint64_t order;
        Turn turn;
        std::uint32_t subject;

        bool operator>(const Item& other) const {
            return at != other.at ? at > other.at : order > other.order;
        }
    };

    struct PlannedBan {
        PersonId person;
        Motive motive;
        std::uint32_t server;
        Presentation target;
    };

    /// Where an evader or cheater stands.
    struct Life {
        bool ban_is_planned = false;
        bool is_coming_back = false;
        bool has_given_up = false;
        std::uint32_t comeback = 0;
        Comeback how = Comeback::none;
        std::uint32_t banned_at = kNone;  // server
    };

    void plan(Time at, Turn turn, std::uint32_t subject);
    [[nodiscard]] std::optional<Happening> take(const Item& item);
    [[nodiscard]] std::optional<Happening> visit(Time at, PersonId id, bool again);
    [[nodiscard]] Presentation present(const Person& person, std::uint32_t server, Time at);
    void buy(PersonId id);
    void come_back(Time at, PersonId id);
    [[nodiscard]] Happening place(Time at, std::uint32_t planned);
    [[nodiscard]] Happening lift(Time at, std::uint32_t ban);
    [[nodiscard]] Happening decide(Time at, std::uint32_t ban);
    void follow_up(std::uint32_t ban);
    void plan_ban(const Happening& join, Motive motive);
    void turned_away(const Happening& join);
    void scheme(Time at, std::uint32_t owner);

    const Settings settings_;
    const Landscape landscape_;
    const Habits habits_;
    Population population_;
    std::vector<std::uint32_t> disguises_;  // by machine
    std::vector<Life> lives_;
    std::vector<Wronged> wronged_;
    Ledger ledger_;
    Schemes schemes_;
    Random random_;
    std::priority_queue<Item, std::vector<Item>, std::greater<>> queue_;
    std::uint64_t planned_ = 0;
    std::vector<PlannedBan> bans_;
    std::vector<Happening> scripts_;
};

}  // namespace drawbridge::population
