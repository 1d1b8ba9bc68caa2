#include "ingest/request_log.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace drawbridge::ingest {
namespace {

base::UnixMs minute_of(const LoggedRequest& request) {
    return request.at / base::kMinuteMs;
}

/// All but the moment within its minute and the correlation id.
auto identity_of(const LoggedRequest& request) {
    return std::tie(
        request.plane,
        request.server,
        request.status,
        request.endpoint,
        request.address,
        request.agent,
        request.admin
    );
}

bool are_one(const LoggedRequest& left, const LoggedRequest& right) {
    return minute_of(left) == minute_of(right) && identity_of(left) == identity_of(right);
}

/// The entry that counts what was not kept apart.
LoggedRequest rest_of(const LoggedRequest& request) {
    LoggedRequest rest;
    rest.at = request.at;
    rest.plane = request.plane;
    rest.endpoint = request.is_by_stranger() ? "further, of strangers" : "further";
    return rest;
}

/// An agent is what its sender likes.
std::string plain(std::string_view text) {
    std::string out(text.substr(0, RequestLog::kMostAgent));
    std::ranges::replace_if(
        out,
        [](char c) { return c < ' ' || c > '~'; },
        '?'
    );
    return out;
}

std::size_t most_in_a_minute(const LoggedRequest& request) {
    return request.is_by_stranger() ? RequestLog::kStrangersPerMinute
                                    : RequestLog::kOthersPerMinute;
}

bool is_full(const std::vector<LogEntry>& entries, const LoggedRequest& request) {
    if (entries.size() >= RequestLog::kMostWaiting) return true;
    const auto rivals = std::ranges::count_if(entries, [&](const LogEntry& entry) {
        return minute_of(entry.request) == minute_of(request) &&
               entry.request.is_by_stranger() == request.is_by_stranger();
    });
    return static_cast<std::size_t>(rivals) >= most_in_a_minute(request);
}

/// True: counted with an entry that is there.
bool count_with(std::vector<LogEntry>& entries, const LoggedRequest& request) {
    const auto found = std::ranges::find_if(entries, [&](const LogEntry& entry) {
        return are_one(entry.request, request);
    });
    if (found == entries.end()) return false;
    ++found->count;
    return true;
}

void mark_written(std::vector<LogEntry>& entries, const LogEntry& done) {
    const auto found = std::ranges::find_if(entries, [&](const LogEntry& entry) {
        return are_one(entry.request, done.request);
    });
    if (found == entries.end()) return;
    found->row = done.row;
    found->written = done.count;
}

}  // namespace

void RequestLog::note(LoggedRequest request) {
    request.agent = plain(request.agent);
    entries_.with([&](std::vector<LogEntry>& entries) {
        if (count_with(entries, request)) return;
        if (!is_full(entries, request)) {
            entries.push_back({std::move(request)});
            return;
        }
        const auto rest = rest_of(request);
        if (count_with(entries, rest)) return;
        if (entries.size() < 2 * kMostWaiting) {
            entries.push_back({rest});
        } else {
            ++entries.back().count;  // one that counts the rest: there are none else by then
        }
    });
}

std::vector<LogEntry> RequestLog::unwritten() const {
    return entries_.with([](const std::vector<LogEntry>& entries) {
        std::vector<LogEntry> news;
        std::ranges::copy_if(entries, std::back_inserter(news), [](const LogEntry& entry) {
            return entry.count > entry.written;
        });
        return news;
    });
}

void RequestLog::written(const std::vector<LogEntry>& written, base::UnixMs now) {
    entries_.with([&](std::vector<LogEntry>& entries) {
        for (const auto& done : written) {
            mark_written(entries, done);
        }
        // To another minute than this nothing is added.
        std::erase_if(entries, [&](const LogEntry& entry) {
            return entry.written == entry.count &&
                   minute_of(entry.request) != now / base::kMinuteMs;
        });
    });
}

}  // namespace drawbridge::ingest
