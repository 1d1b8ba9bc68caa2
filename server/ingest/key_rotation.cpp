#include "ingest/key_rotation.h"

#include "base/log.h"
#include "store/descriptor.h"
#include "store/files.h"

#include <fmt/format.h>

#include <exception>

namespace drawbridge::ingest {
namespace {

constexpr const char* kOtherKey =
    "master.key is not the key the daemon was started with: put that one back first";

/// One rotation, in the order of its steps. Admin thread.
class Rotation {
public:
    Rotation(Network& network, store::Writer& writer, const RotationPlace& place)
        : network_(network),
          writer_(writer),
          place_(place),
          folder_(place.backups.settings().folder) {}

    store::RewrappedBackups run(const store::AuditActor& actor, std::string_view reason) {
        if (is_pending()) settle(store::MasterKey::load(place_.key_file), Told::in_the_audit);
        const auto current = store::MasterKey::load(place_.key_file);
        const auto next = store::MasterKey::generate();
        const auto now = base::unix_ms();
        run_unit(network_, writer_, [&](UnitOfWork& unit) {
            if (!network_.keys->is_master(current)) throw std::runtime_error(kOtherKey);
            network_.keys->begin_rotation(unit.database, next.copy());
            unit.audit(actor, {"key.rotate", "master key", reason, {}}, now);
        });
        store::RewrappedBackups backups;
        try {
            backups = store::wrap_backups(folder_, current, next);
            wrap_journal(next);
            store::write_file(place_.key_file, next.bytes(), store::Existing::replace);
        } catch (const std::exception& error) {
            take_back(current);
            throw std::runtime_error(
                fmt::format("the master key was not replaced: {}", error.what())
            );
        }
        settle(next, Told::already);
        return backups;
    }

private:
    /// Whether the audit tells what becomes of this rotation: the entry that began it does, when it
    /// goes as it should.
    enum class Told { already, in_the_audit };

    [[nodiscard]] bool is_pending() {
        bool pending = false;
        writer_.run(
            [&](store::Database& database) { pending = store::is_rotation_pending(database); },
            {}
        );
        return pending;
    }

    void wrap_journal(const store::MasterKey& next) {
        if (place_.journal == nullptr) return;
        writer_.run([&](store::Database&) { place_.journal->file().add_master(next); }, {});
    }

    /// The old wraps, or the new ones, go: those that the key in place does not open.
    void settle(const store::MasterKey& in_place, Told told) {
        store::sync_folder(place_.key_file.parent_path());  // it must be in place for good
        store::settle_backups(folder_, in_place);
        run_unit(network_, writer_, [&](UnitOfWork& unit) {
            const auto now = base::unix_ms();
            const auto settled = network_.keys->settle_rotation(unit.database, in_place);
            store::note_settled(unit.database, settled, now);
            if (place_.journal != nullptr) place_.journal->file().keep_only(in_place);
            if (told == Told::already) return;
            const store::AuditEntry entry{store::settled_action(settled), "master key", {}, {}};
            unit.audit(store::by_system(), entry, now);
        });
    }

    /// Unless the new file is in place after all: then only its durability is in doubt, and both
    /// wraps stay until it is known which of the two a power cut would leave.
    void take_back(const store::MasterKey& current) {
        try {
            if (store::MasterKey::load(place_.key_file) == current) {
                settle(current, Told::in_the_audit);
            }
        } catch (const std::exception& error) {
            base::log_error("key rotation not taken back, the next start does: {}", error.what());
        }
    }

    Network& network_;
    store::Writer& writer_;
    const RotationPlace& place_;
    const store::BackupFolder folder_;
};

}  // namespace

store::RewrappedBackups rotate_master_key(
    Network& network,
    store::Writer& writer,
    const RotationPlace& place,
    const store::AuditActor& actor,
    std::string_view reason
) {
    const auto held = place.backups.hold();  // one rotation at a time, too
    auto backups = Rotation(network, writer, place).run(actor, reason);
    base::log_info("master key replaced backups={}", backups.done);
    return backups;
}

}  // namespace drawbridge::ingest
