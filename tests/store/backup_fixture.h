// A small database of ours in a folder of its own, with a master key beside it.
#pragma once

#include "store/backup_folder.h"
#include "store/legacy_keys.h"
#include "store/meta.h"
#include "store/snapshot.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

namespace drawbridge::test {

inline constexpr base::UnixMs kBackupTime = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

struct BackupFixture {
    BackupFixture() {
        store::Database database(file, store::Database::Mode::read_write);
        database.execute(
            "CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID, STRICT;"
            "CREATE TABLE rows(n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
            "PRAGMA user_version=1;"
        );
        store::make_legacy_keys(database, master);
        store::write_meta(database, store::meta::kDatabaseId, store::as_bytes("0123456789abcdef"));
    }

    void add_rows(int count, const std::string& text) const {
        store::Database database(file, store::Database::Mode::read_write);
        database.execute("BEGIN;");
        for (int i = 0; i < count; ++i) {
            database.query("INSERT INTO rows(text) VALUES(?)").bind(std::string_view(text)).run();
        }
        database.execute("COMMIT;");
    }

    [[nodiscard]] std::unique_ptr<store::Snapshot> snapshot() const {
        return std::make_unique<store::Snapshot>(file, kBackupTime);
    }

    [[nodiscard]] store::Backup make() const {
        return backups.make(snapshot(), store::BackupKind::asked, master, nullptr);
    }

    TempFolder temp;
    std::filesystem::path file = temp / "drawbridge.db";
    store::MasterKey master = store::MasterKey::create(temp / "master.key");
    store::BackupFolder backups{temp / "backups"};
};

inline std::int64_t count_rows(const std::filesystem::path& file) {
    store::Database database(file, store::Database::Mode::read_only);
    auto query = database.query("SELECT count(*) FROM rows");
    REQUIRE(query.step());
    return query.integer(0);
}

inline std::string read_all(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline void write_all(const std::filesystem::path& file, std::string_view content) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream.write(content.data(), static_cast<std::streamsize>(content.size()));
}

}  // namespace drawbridge::test
