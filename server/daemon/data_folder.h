// The data folder of an instance: names of its files, and the lock of the daemon that works in it.
// drawbridge.toml is written last by `init`, so a folder without it is no instance.
#pragma once

#include "store/master_key.h"

#include <filesystem>
#include <string>
#include <vector>

namespace drawbridge::daemon {

/// A value.
class DataFolder {
public:
    explicit DataFolder(std::filesystem::path path) : path_(std::move(path)) {}

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    [[nodiscard]] std::filesystem::path config() const { return path_ / "drawbridge.toml"; }

    [[nodiscard]] std::filesystem::path database() const { return path_ / "drawbridge.db"; }

    /// SQLite's write-ahead log.
    [[nodiscard]] std::filesystem::path database_log() const { return path_ / "drawbridge.db-wal"; }

    [[nodiscard]] std::filesystem::path journal() const { return path_ / "drawbridge.journal"; }

    /// Of a restore that was interrupted before its journal had its name.
    [[nodiscard]] std::filesystem::path next_journal() const {
        return path_ / "drawbridge.journal.next";
    }

    [[nodiscard]] std::filesystem::path master_key() const { return path_ / "master.key"; }

    [[nodiscard]] std::filesystem::path authority() const { return path_ / "ca.pem"; }

    [[nodiscard]] std::filesystem::path authority_key() const { return path_ / "ca.key"; }

    [[nodiscard]] std::filesystem::path certificate() const { return path_ / "server.pem"; }

    [[nodiscard]] std::filesystem::path certificate_key() const { return path_ / "server.key"; }

    [[nodiscard]] std::filesystem::path admin_token() const { return path_ / "admin.token"; }

    [[nodiscard]] std::filesystem::path runtime() const { return path_ / "runtime.json"; }

    [[nodiscard]] std::filesystem::path traces() const { return path_ / "traces"; }

    [[nodiscard]] std::filesystem::path lock() const { return path_ / "drawbridge.lock"; }

    /// Written when the daemon found its database damaged, and stopped.
    [[nodiscard]] std::filesystem::path damage() const { return path_ / "damaged.txt"; }

    /// The master key is a credential of the service manager, and no file in the folder.
    [[nodiscard]] bool has_key_credential() const;

    /// Files of an instance that are there, by name.
    [[nodiscard]] std::vector<std::string> present_parts() const;
    /// Empty when an instance is there, else a sentence with the next step.
    [[nodiscard]] std::string instance_problem() const;

    /// Empty, or what a daemon found damaged here and what to do: `serve` does not start.
    [[nodiscard]] std::string damage_problem() const;

    /// The service manager's credential `master-key` when there is one, else the file in the
    /// folder. Throws std::runtime_error.
    [[nodiscard]] store::MasterKey load_master_key() const;

private:
    std::filesystem::path path_;
};

/// Held by the one daemon that works in the folder. The kernel drops it with the process, so no
/// stale lock is left by a crash.
class FolderLock {
public:
    /// Throws std::runtime_error that names the process which holds it.
    explicit FolderLock(const DataFolder& folder);
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

private:
    int descriptor_;
};

}  // namespace drawbridge::daemon
