// Which parked poll holds which key: at most one per key, the newer ends the older.
#pragma once

#include "base/guarded.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace drawbridge::net {

class Session;
class Worker;

/// A poll is named by its number, for its session may have moved on to another one.
struct ParkedPoll {
    std::weak_ptr<Session> session;
    std::shared_ptr<Worker> worker;  // whose thread the session may be touched on
    std::uint64_t number = 0;
};

/// Any thread.
class Parking {
public:
    /// Returns the older poll of this key, for the caller to end.
    [[nodiscard]] std::optional<ParkedPoll> enter(const std::string& key_id, ParkedPoll poll);

    /// Nothing happens when a newer poll has taken the key.
    void leave(const std::string& key_id, std::uint64_t number);

private:
    base::Guarded<std::unordered_map<std::string, ParkedPoll>> by_key_;
};

}  // namespace drawbridge::net
