// The real engine in this process, on a database file: events are decoded, recorded in units of
// work and published as the daemon does it; only sockets and signatures are missing, and the time
// is the world's.
#pragma once

#include "ingest/network.h"
#include "population/game_lists.h"
#include "population/happening.h"
#include "population/landscape.h"
#include "population/wire.h"
#include "store/writer.h"
#include "temp_folder.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace drawbridge::population {

class Engine {
public:
    /// Registers all owners and servers, each in its mode.
    explicit Engine(const Landscape& landscape);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// One transaction, in this order; then the lists are published and fetched. One answer each,
    /// empty for what is no join. A change of the bans must be the last, for it is seen afterwards.
    [[nodiscard]] std::vector<Answer> apply(std::span<const Happening> happenings);

    /// Lifts of bans that were not the owner's, and went through: there should be none.
    [[nodiscard]] std::uint32_t foreign_lifts() const { return foreign_lifts_; }

private:
    void start();
    void add_servers();
    void unit(const std::function<void(ingest::UnitOfWork&)>& work);
    void keep_house(ingest::UnitOfWork& work);
    void sweep(store::Database& database);
    [[nodiscard]] Answer apply(ingest::UnitOfWork& work, const Happening& happening);
    [[nodiscard]] Answer join(ingest::UnitOfWork& work, const Happening& happening);
    [[nodiscard]] std::uint32_t cause_of(ingest::UnitOfWork& work, std::uint64_t number) const;
    void ban(ingest::UnitOfWork& work, const Happening& happening);
    void lift(ingest::UnitOfWork& work, const Happening& happening);
    void decide(ingest::UnitOfWork& work, const Happening& happening);
    /// The members of the event's result; nothing when it was rejected.
    [[nodiscard]] std::optional<std::string>
    record(ingest::UnitOfWork& work, std::uint32_t server, const std::string& body, Time now);

    const Landscape& landscape_;
    test::TempFolder folder_;
    Time now_ = kStart;
    std::unique_ptr<ingest::Network> network_;
    std::unique_ptr<store::Writer> writer_;
    std::unique_ptr<GameLists> lists_;
    std::vector<std::shared_ptr<const auth::Server>> servers_;
    std::unordered_map<std::uint32_t, std::uint64_t> numbers_;  // of the world's bans
    std::unordered_map<std::uint64_t, std::uint32_t> bans_;     // the other way
    std::uint64_t events_ = 0;
    Time swept_ = kStart;
    std::uint32_t foreign_lifts_ = 0;
};

}  // namespace drawbridge::population
