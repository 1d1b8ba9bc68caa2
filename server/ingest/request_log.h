// The request log: which requests were refused, what opened something (enrol, hello, rotate), and
// everything staff asked. Kept in memory until the store thread's tick writes it, so that no
// refusal costs a commit of its own; a crash loses a second of it.
//
// Equal requests of one minute are one entry with a count, and of each minute only so many entries
// are kept, of strangers fewest: a flood is seen in the counts and fills neither memory nor disk.
#pragma once

#include "base/clock.h"
#include "base/guarded.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::ingest {

// The numbers are stored: never renumber.
enum class LogPlane : std::uint8_t { data = 1, admin = 2 };

struct LoggedRequest {
    base::UnixMs at = 0;
    LogPlane plane = LogPlane::data;
    std::optional<std::int64_t> server;  // servers.id, when the signature verified
    unsigned status = 0;                 // 0: this entry counts what was not kept apart
    std::string endpoint;                // a route as the program names it, never as it was sent
    std::string address;
    std::string agent;        // its beginning, in ASCII
    std::string correlation;  // what the sender knows the (first) request by
    std::string admin;        // whose token it carried

    /// Neither a signature nor a token told who it was.
    [[nodiscard]] bool is_by_stranger() const { return !server && admin.empty(); }
};

/// An entry as it stands in memory and, after a commit, in the table.
struct LogEntry {
    LoggedRequest request;
    std::int64_t count = 1;
    std::int64_t row = 0;      // 0: not written yet
    std::int64_t written = 0;  // the count that is
};

/// Any thread.
class RequestLog {
public:
    static constexpr std::size_t kStrangersPerMinute = 20;
    static constexpr std::size_t kOthersPerMinute = 300;
    /// Across minutes, while the store cannot commit; what comes then is only counted.
    static constexpr std::size_t kMostWaiting = 2'000;
    static constexpr std::size_t kMostAgent = 64;

    void note(LoggedRequest request);

    /// What is new since it was written. The store thread writes it and says so after the commit.
    [[nodiscard]] std::vector<LogEntry> unwritten() const;
    /// `written`: entries as `unwritten` gave them, with their rows.
    void written(const std::vector<LogEntry>& written, base::UnixMs now);

private:
    base::Guarded<std::vector<LogEntry>> entries_;
};

}  // namespace drawbridge::ingest
