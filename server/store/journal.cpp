#include "store/journal.h"

#include "base/log.h"
#include "store/meta.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <string>
#include <utility>

namespace drawbridge::store {
namespace {

// A file is not written anew for less than 32 KiB.
constexpr std::uint64_t kWorthDropping = 256;

/// What goes wrong with the file refuses the transaction, which is tried again: the database is as
/// sound as before.
template <class F>
void or_unavailable(F&& work) {
    try {
        work();
    } catch (const std::runtime_error& error) {
        throw StoreError(fmt::format("the journal: {}", error.what()), Fault::unavailable);
    }
}

std::array<std::uint8_t, 16> random_id() {
    std::array<std::uint8_t, 16> id{};
    randombytes_buf(id.data(), id.size());
    return id;
}

}  // namespace

Journal::Journal(JournalFile file, std::uint64_t last)
    : file_(std::move(file)),
      settled_(last),
      written_(last) {}

void Journal::begun() {
    if (written_ != settled_) {
        or_unavailable([&] { file_.cut_after(settled_); });
        written_ = settled_;
    }
    drop_old();
}

// A journal that is longer than it needs to be is no reason to refuse a transaction.
void Journal::drop_old() {
    const auto base = file_.facts().base;
    const auto until = std::min<std::uint64_t>(needed_after_, settled_);
    if (until < base + kWorthDropping || until - base < settled_ - until) return;
    try {
        file_.drop_until(until, settled_);
        base::log_info("journal shortened: records up to {} stand in every backup", until);
    } catch (const std::runtime_error& error) {
        needed_after_ = 0;  // until a backup says so again
        base::log_warning("journal not shortened reason=\"{}\"", error.what());
    }
}

void Journal::ending(Database& database) {
    const auto facts = pending_facts(database);
    if (facts.empty()) return;
    const auto now = base::unix_ms();
    const auto commit = read_meta_number(database, meta::kCommits) + 1;
    std::vector<JournalRecord> records;
    records.reserve(facts.size());
    for (const auto& fact : facts) {
        records.push_back({settled_ + 1 + records.size(), now, commit, fact});
    }
    written_ = records.back().number;
    or_unavailable([&] { file_.append(settled_, records); });
    write_meta(database, meta::kJournal, as_bytes(std::to_string(written_)));
    clear_pending_facts(database);
}

void Journal::committed() {
    settled_ = written_;
}

JournalFile begin_journal(
    Database& database,
    const std::filesystem::path& file,
    const MasterKey& master,
    base::UnixMs now
) {
    JournalFacts facts;
    facts.base = read_meta_number(database, meta::kJournal);
    facts.created_at = now;
    facts.id = random_id();
    if (const auto id = read_meta(database, meta::kDatabaseId);
        id && id->size() == facts.database_id.size()) {
        std::ranges::copy(*id, facts.database_id.begin());
    }
    auto journal = JournalFile::create(file, facts, master);
    write_meta(database, meta::kJournalId, facts.id);
    return journal;
}

TransactionHooks with_journal(TransactionHooks hooks, Journal& journal) {
    return {
        [inner = std::move(hooks.begun), &journal](Database& database) {
            journal.begun();
            if (inner) inner(database);
        },
        [inner = std::move(hooks.ending), &journal](Database& database) {
            if (inner) inner(database);
            journal.ending(database);
        },
        [inner = std::move(hooks.committed), &journal] {
            journal.committed();
            return inner && inner();
        }};
}

std::optional<JournalId> journal_id_of(Database& database) {
    const auto stored = read_meta(database, meta::kJournalId);
    if (!stored) return std::nullopt;
    JournalId id{};
    if (stored->size() != id.size()) {
        throw StoreError("meta.journal_id holds no id: altered", Fault::damaged);
    }
    std::ranges::copy(*stored, id.begin());
    return id;
}

}  // namespace drawbridge::store
