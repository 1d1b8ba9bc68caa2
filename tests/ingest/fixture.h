// The gate over a real database file, real keys and the real core; only the socket is missing, and
// the time is the test's.
#pragma once

#include "auth/servers.h"
#include "http/reply.h"
#include "ingest/gate.h"
#include "ingest/network.h"
#include "shared/ban_table.h"
#include "store/writer.h"
#include "temp_folder.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace drawbridge::test {

inline constexpr base::UnixMs kNow = 1'800'000'000'000;

/// What one sender signs with; `counter` goes up with each request.
struct Sender {
    std::string key_id;
    Secret secret;
    std::uint64_t epoch = static_cast<std::uint64_t>(kNow);
    std::uint64_t counter = 0;
};

struct Answer {
    http::Reply reply;
    bool is_signed = false;  // verified: bound to its request, digest right
    bool parked = false;

    [[nodiscard]] unsigned status() const { return reply.status; }

    [[nodiscard]] boost::json::object json() const;
    [[nodiscard]] std::string code() const;

    [[nodiscard]] std::string bytes() const { return reply.body ? *reply.body : std::string(); }
};

class GateFixture {
public:
    /// Tests ban more in a moment than a server may; the breaker's own set its limits.
    static constexpr bans::BreakerLimits kNoBreaker{
        1'000'000,
        1'000'000,
        1'000'000,
        1'000'000,
        1'000'000};

    explicit GateFixture(base::UnixMs grace_ms = 0, bans::BreakerLimits breaker = kNoBreaker);
    ~GateFixture();
    GateFixture(const GateFixture&) = delete;
    GateFixture& operator=(const GateFixture&) = delete;

    /// Registers a server; `owner` empty: its own, whose word counts.
    Sender
    add_server(const std::string& name, auth::PropagationMode mode, const std::string& owner = "");
    /// Its newest secret's one-time code.
    Sender code_of(const std::string& name);

    Answer post(Sender& sender, std::string_view path, const std::string& body);
    Answer get(Sender& sender, const std::string& target);
    /// A request made by hand: `alter` may change it after it was signed.
    using Alter = std::function<void(http::Request&)>;
    Answer send(
        Sender& sender,
        http::Method method,
        const std::string& target,
        const std::string& body,
        const Alter& alter = nullptr
    );

    /// Posts one event of `type`; its result.
    boost::json::object event(Sender& sender, std::string_view type, const std::string& members);
    boost::json::object join(Sender& sender, const std::string& player);
    std::string ban(Sender& sender, const std::string& target, std::int64_t seconds = 0);

    /// Both lists from nothing, applied as a game server would; the client's own tables.
    struct Lists {
        BanTable network{BanListKind::network};
        BanTable owner{BanListKind::owner};
    };

    void sync(Sender& sender, Lists& lists);

    void unit(const std::function<void(ingest::UnitOfWork&)>& work);
    /// A restart of the daemon: everything in memory is gone.
    void restart();

    base::UnixMs now = kNow;

    /// A connection of its own, which sees commits alone.
    [[nodiscard]] std::unique_ptr<store::Database> reader() const;

    [[nodiscard]] ingest::Network& network() { return *network_; }

    [[nodiscard]] ingest::Gate& gate() { return *gate_; }

private:
    void start();
    [[nodiscard]] http::Request signed_request(
        Sender& sender,
        http::Method method,
        const std::string& target,
        const std::string& body
    ) const;
    [[nodiscard]] Answer
    verify(const Sender& sender, const http::Request& request, http::Reply reply) const;

    TempFolder folder_;
    ingest::Settings settings_;
    std::shared_ptr<const store::Sealer> sealer_;
    std::unique_ptr<ingest::Network> network_;
    std::unique_ptr<store::Writer> writer_;
    std::unique_ptr<ingest::Gate> gate_;
    std::unordered_map<std::string, Secret> codes_;
};

/// A player's JSON with tags made from `seed`: the same seed is the same account.
[[nodiscard]] std::string player(
    std::initializer_list<std::pair<const char*, int>> tags,
    std::initializer_list<int> tokens = {}
);
/// The tag that `player` gives a seed.
[[nodiscard]] Tag tag_of(std::string_view type, int seed);
/// A UUIDv7 made at `at`, different each time.
[[nodiscard]] std::string fresh_uuid(base::UnixMs at);

}  // namespace drawbridge::test
