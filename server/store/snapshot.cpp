#include "store/snapshot.h"

#include "store/meta.h"
#include "store/migrations.h"
#include "store/page_checksum.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <string>

namespace drawbridge::store {
namespace {

// Between steps the copy can be ended; a step takes some milliseconds.
constexpr int kPagesPerStep = 2048;

struct CloseConnection {
    void operator()(sqlite3* connection) const { sqlite3_close(connection); }
};

using Connection = std::unique_ptr<sqlite3, CloseConnection>;

struct FinishBackup {
    void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

[[noreturn]] void fail(const std::filesystem::path& file, int code) {
    throw StoreError(
        fmt::format("cannot copy the database to {}: {}", file.string(), sqlite3_errstr(code)),
        Fault::unavailable
    );
}

// A copy that a crash left half-done is thrown away, so it needs neither journal nor fsync.
Connection make_target(const std::filesystem::path& file) {
    (void)Descriptor::create(file);
    sqlite3* opened = nullptr;
    int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE, checksum_vfs());
    Connection target(opened);
    if (code != SQLITE_OK) fail(file, code);
    constexpr const char* kFast = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;";
    code = sqlite3_exec(opened, kFast, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(file, code);
    return target;
}

std::uint64_t file_size(Database& database) {
    auto query =
        database.query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
    return query.step() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
}

BackupFacts facts_of(Database& database, base::UnixMs now) {
    BackupFacts facts;
    facts.schema = static_cast<std::uint32_t>(schema_of(database));
    facts.created_at = now;
    facts.plain_size = file_size(database);
    if (facts.schema == 0) return facts;
    facts.journal = read_meta_number(database, meta::kJournal);
    const auto id = read_meta(database, meta::kDatabaseId);
    if (id && id->size() == facts.database_id.size()) {
        std::ranges::copy(*id, facts.database_id.begin());
    }
    return facts;
}

}  // namespace

Snapshot::Snapshot(const std::filesystem::path& database, base::UnixMs now)
    : database_(database, Database::Mode::read_only) {
    database_.execute("BEGIN;");
    facts_ = facts_of(database_, now);  // the first read fixes it
}

void Snapshot::copy_to(const std::filesystem::path& file, const Progress& progress) {
    const auto target = make_target(file);
    // What still stands in the log was not written with a checksum yet.
    if (database_.has_page_checksums()) force_checksums(target.get());
    const std::unique_ptr<sqlite3_backup, FinishBackup> backup(
        sqlite3_backup_init(target.get(), "main", database_.handle(), "main")
    );
    if (!backup) fail(file, sqlite3_errcode(target.get()));
    for (int code = SQLITE_OK; code != SQLITE_DONE;) {
        code = sqlite3_backup_step(backup.get(), kPagesPerStep);
        if (code == SQLITE_IOERR_DATA) database_.require_readable();
        if (code != SQLITE_OK && code != SQLITE_DONE) fail(file, code);
        const auto total = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup.get()));
        const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(backup.get()));
        if (progress && total > 0) {
            progress(facts_.plain_size / total * (total - left), facts_.plain_size);
        }
    }
}

}  // namespace drawbridge::store
