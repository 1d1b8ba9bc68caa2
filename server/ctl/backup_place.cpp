#include "ctl/backup_place.h"

#include "config/config.h"
#include "ctl/exit_code.h"
#include "daemon/data_folder.h"
#include "store/backup_folder.h"

#include <fmt/format.h>

#include <algorithm>

namespace drawbridge::ctl {
namespace {

namespace fs = std::filesystem;

daemon::DataFolder data_folder(const Place& place) {
    if (place.data.empty()) {
        throw Failure(ExitCode::usage, "say which instance: --data DIR, on the daemon's machine");
    }
    daemon::DataFolder folder(place.data);
    if (const auto problem = folder.instance_problem(); !problem.empty()) {
        throw Failure(ExitCode::failed, problem);
    }
    return folder;
}

bool is_number(const std::string& text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return !text.empty() && text.size() < 10 && std::ranges::all_of(text, is_digit);
}

fs::path numbered(const fs::path& folder, const std::string& number) {
    for (const auto& backup : store::BackupFolder(folder).list()) {
        if (backup.problem.empty() && backup.facts.number == std::stoul(number)) return backup.file;
    }
    throw Failure(
        ExitCode::not_found,
        fmt::format("there is no backup {} in {}", number, folder.string())
    );
}

fs::path newest(const fs::path& folder) {
    for (const auto& backup : store::BackupFolder(folder).list()) {
        if (backup.problem.empty()) return backup.file;
    }
    throw Failure(ExitCode::not_found, "there is no backup in " + folder.string());
}

}  // namespace

fs::path backup_folder(const Place& place) {
    const auto loaded = config::load(data_folder(place).config());
    if (loaded.problems.empty()) return loaded.config.backup.folder;
    throw Failure(ExitCode::failed, fmt::format("{}", fmt::join(loaded.problems, "\n")));
}

fs::path find_backup(const Place& place, const std::string& name) {
    if (is_number(name)) return numbered(backup_folder(place), name);
    if (name == "latest") return newest(backup_folder(place));
    std::error_code unreadable;  // opening it will say why
    if (name.find('/') != std::string::npos || fs::exists(name, unreadable)) return name;
    return backup_folder(place) / name;
}

store::MasterKey find_master_key(const Place& place, const std::string& file) {
    try {
        if (!file.empty()) return store::MasterKey::load(file);
        return data_folder(place).load_master_key();
    } catch (const std::runtime_error& error) {
        throw Failure(
            ExitCode::failed,
            fmt::format("{}; or give the key file with --master-key", error.what())
        );
    }
}

store::MasterKey
find_master_key(const Place& place, const daemon::DataFolder& target, const std::string& file) {
    const bool in_target = file.empty() && place.data.empty() && fs::exists(target.master_key());
    return find_master_key(place, in_target ? target.master_key().string() : file);
}

fs::path find_journal(const Place& place, const daemon::DataFolder& target) {
    if (place.data.empty() || fs::exists(target.journal())) return target.journal();
    return data_folder(place).journal();
}

}  // namespace drawbridge::ctl
