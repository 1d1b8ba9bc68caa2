// A random history of one network: what game servers, staff and the clock do, on the engine behind
// its real gate and on the reference model, compared after every step. The same seed is the same
// history.
#pragma once

#include "bans/list_watch.h"
#include "bans/personas.h"
#include "bans/reference_lists.h"
#include "ingest/fixture.h"
#include "population/random.h"
#include "review/surgery.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drawbridge::test {

class History {
public:
    explicit History(std::uint64_t seed);

    /// One operation, permitted or refused, and every comparison. Fails the test it runs in.
    void step();

    /// All that was done so far, a line each.
    [[nodiscard]] const std::string& told() const { return told_; }

    /// How often each thing happened.
    [[nodiscard]] const std::map<std::string, int>& tally() const { return tally_; }

private:
    using Index = ReferenceLists::Index;
    using Profile = ReferenceLists::Profile;
    struct Operation;

    struct Site {
        std::string name;
        std::int64_t row;
        Sender sender;
        GateFixture::Lists lists;  // as this game server holds them
    };

    // What game servers do.
    void join();
    void come_back();
    void ban();
    void unban();
    void unban_anothers();
    void poll();
    void follow();
    // What staff do.
    void decide();
    void supersede();
    void ban_by_staff();
    void open_appeal();
    void decide_appeal();
    void revoke();
    void set_mode();
    void suspend();
    void add_server();
    // What staff say of players.
    void link();
    void unlink();
    void detach();
    void split();
    void undo();
    // What happens by itself.
    void wait();
    void tick();
    void restart();

    void register_server(const std::string& owner, PropagationMode mode);
    void play(const Persona& who);
    void joins(int server, const Persona& who);
    /// What the join has made follow, as far as the engine says so.
    [[nodiscard]] std::optional<Index> note_following(int server, const Named& surest);
    void unban(int server, std::optional<Index> ban, const std::string& code);
    /// The event's result; nothing: the server is suspended, and was refused.
    [[nodiscard]] std::optional<boost::json::object>
    send(int server, std::string_view type, const std::string& members);
    void rule_on(identity::RulingKind kind, Profile profile, Profile other);
    void take_off(identity::RulingKind kind, Profile profile, const std::vector<Named>& accounts);
    void tell_ruled(identity::RulingKind kind, const std::optional<ReferenceLists::Ruled>& ruled);
    /// Two of whom one is banned, mostly.
    [[nodiscard]] std::pair<Profile, Profile> any_two();
    /// Two of whom one's ban made one against the other follow; nothing: there are none.
    [[nodiscard]] std::optional<std::pair<Profile, Profile>> any_followed();
    /// Two whom evidence takes for one person; nothing: there are none.
    [[nodiscard]] std::optional<std::pair<Profile, Profile>> any_found();
    using Operate =
        std::function<review::Surgery::Result(review::Surgery&, const review::Surgery::By&)>;

    struct Spoken {
        std::string staff;
        bool two = false;  // have to agree to what follows
        review::Surgery::Result result;
    };

    [[nodiscard]] Spoken speak(const Operate& operate);
    void check_ruled(const std::optional<ReferenceLists::Ruled>& wanted, const Spoken& spoken);
    void check_told(const review::Operation& done, const std::set<Index>& lifted);
    void
    place(const ReferenceLists::Ruled& wanted, const review::Operation& done, const Spoken& spoken);
    void check_placed(
        const std::vector<bans::Ban>& placed,
        const std::vector<ReferenceLists::Following>& wanted
    );
    /// What evidence has found, as the engine keeps it.
    [[nodiscard]] std::set<ReferencePersons::Found> found_links();
    void note_found();
    void check_following(int server, Profile profile, Index followed);
    void check_ended(const ReferenceLists::Ended& wanted, const bans::Bans::Decided* done);

    /// Of the engine, one that the model does not know of.
    struct Unknown {
        std::uint64_t number;
        std::optional<std::int64_t> follows;
        std::optional<std::int64_t> server;
    };

    [[nodiscard]] std::optional<Unknown> unknown_ban();
    void compare_rows();
    void compare_lists();
    void compare_persons();
    void compare_claims();
    [[nodiscard]] int owner_of_row(std::int64_t row) const;

    [[nodiscard]] int any_server();
    /// Mostly one that stands, often of the family of the last one; nothing: there are none yet.
    [[nodiscard]] std::optional<Index> any_ban();
    [[nodiscard]] std::vector<Index> family_of(Index ban) const;
    [[nodiscard]] std::string any_staff();
    [[nodiscard]] std::optional<std::int64_t> number_of(std::optional<Index> ban) const;
    [[nodiscard]] std::string name_of(Index ban) const;
    [[nodiscard]] std::string names_of(const std::set<Index>& bans) const;
    void say(const std::string& text);

    void count(const std::string& what) { ++tally_[what]; }

    population::Random random_;
    const base::UnixMs grace_ms_;
    GateFixture fixture_;
    ReferenceLists lists_;
    std::unique_ptr<store::Database> reader_;
    std::deque<Site> sites_;
    std::vector<std::string> owners_;
    std::deque<ListWatch> watches_;  // the network's, then those of the owners in their order
    Personas personas_;
    int step_ = 0;
    Index last_ = 0;
    std::string told_;
    std::map<std::string, int> tally_;
};

}  // namespace drawbridge::test
