#include "store/key_rotation.h"

#include "base/log.h"
#include "store/audit.h"
#include "store/descriptor.h"
#include "store/keyring_table.h"
#include "store/legacy_keys.h"
#include "store/meta.h"
#include "store/migrations.h"
#include "store/ring_keys.h"
#include "store/sealer.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace drawbridge::store {
namespace {

constexpr int kRingSchema = 3;  // the first with a table `keyring`
constexpr const char* kDamaged = "the database's key ring is damaged: restore a backup";

/// The same slots under another master key.
std::vector<RingSlot>
rewrapped(std::vector<RingSlot> slots, const MasterKey& from, const MasterKey& to) {
    for (auto& slot : slots) {
        const auto purpose = wrap_purpose(slot);
        const auto key = unwrap_key(from, purpose, slot.wrapped);
        if (!key) throw std::runtime_error(kDamaged);
        std::ranges::copy(wrap_key(to, purpose, key->bytes()), slot.wrapped.begin());
    }
    return slots;
}

void fill_row(KeyringTable& table, RingRow row, const std::vector<RingSlot>& slots) {
    table.erase_row(row);
    for (const auto& slot : slots) {
        table.write(row, slot);
    }
}

void hand_over_legacy_keys(Database& database, const MasterKey& from, const MasterKey& to) {
    for (const auto& name : {kLegacyDataKey, kLegacyIndexKey}) {
        if (legacy_key(database, to, name)) continue;
        const auto key = legacy_key(database, from, name);
        if (!key) throw std::runtime_error(kDamaged);
        write_meta(database, name.meta_key, wrap_key(to, name.wrap_purpose, key->bytes()));
    }
}

void hand_over_ring(Database& database, const MasterKey& from, const MasterKey& to) {
    if (opens(database, to, RingRow::current)) return;
    KeyringTable table(database);
    const auto row = opens(database, from, RingRow::current) ? RingRow::current : RingRow::next;
    fill_row(table, RingRow::current, rewrapped(table.read(row), from, to));
    table.erase_row(RingRow::next);
}

/// Overwrites a slot, durably.
void write_slot(const std::filesystem::path& file, std::size_t index, const KeySlot& slot) {
    auto descriptor = Descriptor::open(file, Descriptor::Access::read_write);
    descriptor.write_at(slot_offset(index), slot);
    descriptor.sync();
}

std::optional<OpenedSlot> open_backup(const Backup& backup, const MasterKey& master) {
    if (!backup.problem.empty()) return std::nullopt;
    auto descriptor = Descriptor::open(backup.file, Descriptor::Access::read);
    return open_slot(read_backup_header(descriptor, backup.file.filename().string()), master);
}

}  // namespace

bool is_rotation_pending(Database& database) {
    return !KeyringTable(database).read(RingRow::next).empty();
}

void wrap_ring(Database& database, const MasterKey& current, const MasterKey& next) {
    KeyringTable table(database);
    fill_row(table, RingRow::next, rewrapped(table.read(RingRow::current), current, next));
}

Settled settle_ring(Database& database, const MasterKey& in_place) {
    KeyringTable table(database);
    auto settled = Settled::taken_back;
    if (!opens(database, in_place, RingRow::current)) {
        if (!opens(database, in_place, RingRow::next)) throw std::runtime_error(kDamaged);
        fill_row(table, RingRow::current, table.read(RingRow::next));
        settled = Settled::ended;
    }
    table.erase_row(RingRow::next);
    return settled;
}

std::string_view settled_action(Settled settled) {
    return settled == Settled::ended ? "key.rotate.done" : "key.rotate.undone";
}

void note_settled(Database& database, Settled settled, base::UnixMs now) {
    if (settled != Settled::ended) return;
    write_meta(database, meta::kMasterSince, as_bytes(std::to_string(now)));
}

void settle_rotation_at_start(
    Database& database,
    const BackupFolder& folder,
    const MasterKey& in_place,
    const std::filesystem::path& key_file
) {
    if (!is_rotation_pending(database)) return;
    sync_folder(key_file.parent_path());  // what opened the database must be in place for good
    settle_backups(folder, in_place);
    const auto now = base::unix_ms();
    database.execute("BEGIN IMMEDIATE;");
    try {
        const auto settled = settle_ring(database, in_place);
        note_settled(database, settled, now);
        const Sealer sealer(database, in_place);
        const AuditEntry entry{settled_action(settled), "master key", {}, "by the next start"};
        append_audit(database, sealer, by_system(), entry, now);
        database.execute("COMMIT;");
        base::log_info("key rotation that was interrupted: {}", settled_action(settled));
    } catch (...) {
        if (database.in_transaction()) database.execute("ROLLBACK;");
        throw;
    }
    remove_unfinished_key_files(key_file);
}

RewrappedBackups
wrap_backups(const BackupFolder& folder, const MasterKey& current, const MasterKey& next) {
    RewrappedBackups result;
    for (const auto& backup : folder.list()) {
        const auto opened = open_backup(backup, current);
        if (!opened) {
            result.foreign.push_back(backup.file.filename().string());
            continue;
        }
        write_slot(backup.file, 1 - opened->index, wrap_file_key(next, opened->file_key));
        ++result.done;
    }
    return result;
}

void settle_backups(const BackupFolder& folder, const MasterKey& in_place) {
    for (const auto& backup : folder.list()) {
        const auto opened = open_backup(backup, in_place);
        if (opened) write_slot(backup.file, 1 - opened->index, KeySlot{});
    }
}

void remove_unfinished_key_files(const std::filesystem::path& key_file) {
    const auto prefix = key_file.filename().string() + ".";
    constexpr std::size_t kRandom = 6;  // characters that write_file makes a name of
    for (const auto& entry : std::filesystem::directory_iterator(key_file.parent_path())) {
        const auto name = entry.path().filename().string();
        if (name.size() != prefix.size() + kRandom || !name.starts_with(prefix)) continue;
        std::filesystem::remove(entry.path());
    }
}

void hand_over_keys(Database& database, const MasterKey& from, const MasterKey& to) {
    const int schema = schema_of(database);
    if (schema == 0) return;  // it has no key
    database.execute("BEGIN IMMEDIATE;");
    try {
        if (schema < kRingSchema) {
            hand_over_legacy_keys(database, from, to);
        } else {
            hand_over_ring(database, from, to);
        }
        database.execute("COMMIT;");
    } catch (...) {
        if (database.in_transaction()) database.execute("ROLLBACK;");
        throw;
    }
    if (!database.truncate_log()) throw std::runtime_error("the copy's log is in use");
}

}  // namespace drawbridge::store
