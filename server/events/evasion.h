// Whether a session is somebody who is banned under another account: the evidence against each
// person it has something in common with, what is noted of it, and the ban that follows.
#pragma once

#include "bans/ban_queries.h"
#include "events/recorder.h"
#include "identity/evidence.h"
#include "identity/links.h"
#include "identity/overlap.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace drawbridge::events {

/// What a session is suspected of.
struct Suspicion {
    identity::Finding finding;
    /// With conclusion ban the one that binds the session's account now, else the one it points at.
    bans::Ban ban;
};

/// Of one join. Store thread.
class Evasion {
public:
    /// By the machine alone no more profiles are followed than make up a person of so many: a
    /// machine that so many have used is a public one.
    static constexpr std::size_t kMostByMachine = 4;

    /// Both outlive this.
    Evasion(const RecorderParts& parts, const identity::Session& session);

    /// Nothing was looked at or found in common, and no link leads to anybody.
    [[nodiscard]] bool is_clear() const;
    /// Notes every link it finds and places the ban that follows from the strongest one. Nothing:
    /// no ban concerns this session.
    [[nodiscard]] std::optional<Suspicion>
    judge(const identity::TaggedIdentifier& anchor, const Uuid& event);

private:
    using Person = std::vector<std::int64_t>;

    struct Case {
        Person person;
        std::vector<bans::StandingBan> bans;  // oldest first
        identity::Finding finding;
    };

    [[nodiscard]] std::vector<Person> persons();
    [[nodiscard]] bool is_apart(std::int64_t profile) const;
    [[nodiscard]] std::optional<identity::Weight> linked(const Person& person) const;
    [[nodiscard]] Case examine(Person person);
    [[nodiscard]] bool is_handed_on(const Case& found, const identity::Facts& facts) const;
    void note(const Case& found, const Uuid& event);
    /// The ban that follows; nothing when too many do already.
    [[nodiscard]] std::optional<bans::Ban> place(
        std::uint64_t parent,
        const identity::Finding& finding,
        const identity::TaggedIdentifier& anchor,
        const Uuid& event
    );
    [[nodiscard]] Suspicion
    follow(Case& found, const identity::TaggedIdentifier& anchor, const Uuid& event);

    const RecorderParts& p_;
    const identity::Session& session_;
    identity::Overlap overlap_;
    identity::Links links_;
    std::vector<identity::Neighbour> neighbours_;
    std::vector<std::int64_t> apart_;  // who is somebody else, say staff
};

}  // namespace drawbridge::events
