// The journal of an instance as a file beside its database: a header and records of fixed size,
// each sealed. Integers are little-endian.
//
//   file   := header[256] record[128]…
//   header := magic[8]="DRBGJNL1" version[4]=1 zero[4] base[8] created_at[8] database_id[16] id[16]
//             slot[72] slot[72] seal[40] zero[8]
//   record := number[8] sealed[120]
//
// Each slot is the file key wrapped by one master key, or zeros, as in a backup's header: the file
// opens by a master key alone, and another can take over in place. `seal` binds what stands before
// the slots to the key; a record's seal binds it to its number. Numbers go up by one from `base`
// plus 1, so a record that was altered, moved or left out is known; that the end is missing is
// known by the database, which holds the last number in force.
#pragma once

#include "shared/secret.h"
#include "store/descriptor.h"
#include "store/journal_record.h"
#include "store/key_arena.h"
#include "store/key_wrap.h"
#include "store/master_key.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

namespace drawbridge::store {

/// What is wrong with a journal, with its name and the place.
class JournalError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

using JournalId = std::array<std::uint8_t, 16>;

struct JournalFacts {
    std::uint64_t base = 0;  // the number before the first record: what is older was dropped
    base::UnixMs created_at = 0;
    std::array<std::uint8_t, 16> database_id{};
    JournalId id{};  // stands in the database, too: they belong together

    friend bool operator==(const JournalFacts&, const JournalFacts&) = default;
};

inline constexpr std::size_t kJournalHeaderBytes = 256;
inline constexpr std::size_t kJournalRecordBytes = 128;

/// What was read of a journal.
struct JournalContent {
    std::vector<JournalRecord> records;
    bool is_torn = false;  // a record at the end is not whole: a crash ended its writing

    [[nodiscard]] std::uint64_t last(const JournalFacts& facts) const {
        return records.empty() ? facts.base : records.back().number;
    }
};

/// Thread of its owner. Throws JournalError for what is wrong with the content, else
/// std::runtime_error; both name the file.
class JournalFile {
public:
    /// A new one under a new key, 0600, durable; a file of that name is replaced.
    [[nodiscard]] static JournalFile
    create(const std::filesystem::path& file, const JournalFacts& facts, const MasterKey& master);
    /// Reads the header.
    [[nodiscard]] static JournalFile
    open(const std::filesystem::path& file, const MasterKey& master, Descriptor::Access access);

    [[nodiscard]] const JournalFacts& facts() const { return facts_; }

    /// All records. What is not whole at the end, after record `known`, is torn; anything else that
    /// is not as it was written throws, and so does an end before `known`.
    [[nodiscard]] JournalContent read(std::uint64_t known);
    /// The same when nobody knows how far it went: only a part of a record, or zeros, is torn.
    [[nodiscard]] JournalContent read();

    /// Numbers follow `last`, which is the last number in the file. Durable when it returns; when
    /// it throws, `cut_after(last)` takes back what was written of it.
    void append(std::uint64_t last, std::span<const JournalRecord> records);
    void cut_after(std::uint64_t last);
    /// Forgets the records up to and including `number`; a crash leaves the old file or the new.
    void drop_until(std::uint64_t number, std::uint64_t last);

    /// Wraps the file key by `next` as well, in the slot that the present master key does not use.
    void add_master(const MasterKey& next);
    /// Zeros over the slot that does not open by `master`, which must open the other; writes
    /// nothing when they are there.
    void keep_only(const MasterKey& master);

    /// What `read` returned as `content`, under the same key and id, as a new file of that name.
    void copy_to(const std::filesystem::path& file, const JournalContent& content);

private:
    using Header = std::array<std::uint8_t, kJournalHeaderBytes>;

    JournalFile(std::filesystem::path path, const Header& header);

    void find_key(const MasterKey& master);
    [[nodiscard]] Header header_with(const JournalFacts& facts) const;
    [[nodiscard]] Bytes seal_record(const JournalRecord& record) const;
    /// False: not as it was written.
    [[nodiscard]] bool open_record(ByteView stored, std::uint64_t number, PlainRecord& out) const;
    [[nodiscard]] JournalContent read_records(bool last_is_known, std::uint64_t known);
    [[nodiscard]] std::uint64_t offset_after(std::uint64_t number) const;
    void write_slot(std::size_t index, ByteView slot);
    [[nodiscard]] Descriptor& descriptor();

    std::filesystem::path path_;
    Header header_;
    JournalFacts facts_;
    LockedSecret key_;
    std::size_t slot_ = 0;                    // the one that the master key opens
    std::unique_ptr<Descriptor> descriptor_;  // null: to be opened by its name
};

/// For `key rotate` where no daemon holds the file: as add_master.
void rewrap_journal(
    const std::filesystem::path& file,
    const MasterKey& current,
    const MasterKey& next
);

}  // namespace drawbridge::store
