#include "daemon/crash_traces.h"

#include "base/log.h"

#include <algorithm>
#include <string_view>
#include <sys/stat.h>

namespace drawbridge::daemon {
namespace {

constexpr std::string_view kPrefix = "crash-";

base::UnixMs modified_at(const std::filesystem::path& file) {
    struct stat status {};

    if (::stat(file.c_str(), &status) != 0) return 0;  // it is not there
    return status.st_mtim.tv_sec * base::kSecondMs + status.st_mtim.tv_nsec / 1'000'000;
}

}  // namespace

std::vector<CrashTrace> crash_traces(const std::filesystem::path& folder) {
    std::vector<CrashTrace> traces;
    if (!std::filesystem::exists(folder)) return traces;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (!entry.path().filename().string().starts_with(kPrefix)) continue;
        traces.push_back({entry.path(), modified_at(entry.path())});
    }
    std::ranges::sort(traces, {}, &CrashTrace::at);
    return traces;
}

base::UnixMs last_start_of(const DataFolder& folder) {
    return modified_at(folder.lock());
}

void tell_crash_since(const std::filesystem::path& folder, base::UnixMs last_start) {
    const auto traces = crash_traces(folder);
    if (traces.empty() || traces.back().at < last_start) return;
    base::log_error(
        "the last run crashed: {}/{}",
        folder.filename().string(),
        traces.back().file.filename().string()
    );
}

void purge_crash_traces(const std::filesystem::path& folder, base::UnixMs oldest) {
    for (const auto& trace : crash_traces(folder)) {
        if (trace.at < oldest) std::filesystem::remove(trace.file);
    }
}

}  // namespace drawbridge::daemon
