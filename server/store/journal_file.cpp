#include "store/journal_file.h"

#include "store/aead.h"
#include "store/files.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace drawbridge::store {
namespace {

constexpr std::string_view kMagic = "DRBGJNL1";
constexpr std::uint32_t kVersion = 1;
constexpr std::string_view kKeyPurpose = "drawbridge journal file";
constexpr std::string_view kHeaderPurpose = "drawbridge journal header";
constexpr std::string_view kRecordPurpose = "drawbridge journal record";
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kBaseAt = 16;
constexpr std::size_t kCreatedAt = 24;
constexpr std::size_t kDatabaseAt = 32;
constexpr std::size_t kIdAt = 48;
constexpr std::size_t kSlotsAt = 64;
constexpr std::size_t kSlots = 2;
constexpr std::size_t kSealAt = kSlotsAt + kSlots * kWrappedKeyBytes;
constexpr std::size_t kNumberBytes = 8;
static_assert(kSealAt + kAeadOverhead + 8 == kJournalHeaderBytes);
static_assert(kNumberBytes + kPlainRecordBytes + kAeadOverhead == kJournalRecordBytes);

void put(std::span<std::uint8_t> out, std::uint64_t value) {
    for (auto& byte : out) {
        byte = static_cast<std::uint8_t>(value);
        value >>= 8;
    }
}

std::uint64_t take(ByteView bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        value |= std::uint64_t{bytes[i]} << (8 * i);
    }
    return value;
}

Bytes associated(std::string_view purpose, ByteView more) {
    Bytes bytes(purpose.begin(), purpose.end());
    bytes.insert(bytes.end(), more.begin(), more.end());
    return bytes;
}

bool is_zero(ByteView bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

std::string name_of(const std::filesystem::path& file) {
    return file.filename().string();
}

JournalFacts decode_facts(ByteView header, const std::string& name) {
    if (!std::ranges::equal(header.first(kMagic.size()), as_bytes(kMagic))) {
        throw JournalError(fmt::format("{} is not a journal of Drawbridge", name));
    }
    const auto version = take(header.subspan(kVersionAt, 4));
    if (version != kVersion) {
        throw JournalError(fmt::format(
            "{} has format {}, this program knows format {}: use the one that wrote it",
            name,
            version,
            kVersion
        ));
    }
    JournalFacts facts;
    facts.base = take(header.subspan(kBaseAt, 8));
    facts.created_at = static_cast<base::UnixMs>(take(header.subspan(kCreatedAt, 8)));
    std::ranges::copy(header.subspan(kDatabaseAt, 16), facts.database_id.begin());
    std::ranges::copy(header.subspan(kIdAt, 16), facts.id.begin());
    return facts;
}

}  // namespace

JournalFile::JournalFile(std::filesystem::path path, const Header& header)
    : path_(std::move(path)),
      header_(header),
      facts_(decode_facts(header_, name_of(path_))) {}

JournalFile JournalFile::create(
    const std::filesystem::path& file,
    const JournalFacts& facts,
    const MasterKey& master
) {
    Header header{};
    std::ranges::copy(as_bytes(kMagic), header.begin());
    put(std::span(header).subspan(kVersionAt, 4), kVersion);
    JournalFile journal(file, header);
    Secret key;  // wipes itself
    require_sodium();
    randombytes_buf(key.data(), kKeyBytes);
    journal.key_ = LockedSecret(key);
    const auto slot = wrap_key(master, kKeyPurpose, journal.key_->bytes());
    std::ranges::copy(slot, journal.header_.begin() + kSlotsAt);
    journal.header_ = journal.header_with(facts);
    journal.facts_ = facts;
    write_file(file, journal.header_, Existing::replace);
    return journal;
}

JournalFile JournalFile::open(
    const std::filesystem::path& file,
    const MasterKey& master,
    Descriptor::Access access
) {
    auto descriptor = std::make_unique<Descriptor>(Descriptor::open(file, access));
    Header header{};
    if (descriptor->read(header) < header.size()) {
        throw JournalError(fmt::format("{} is cut short: its header is not whole", name_of(file)));
    }
    JournalFile journal(file, header);
    journal.find_key(master);
    journal.descriptor_ = std::move(descriptor);
    return journal;
}

void JournalFile::find_key(const MasterKey& master) {
    std::optional<Secret> key;
    for (std::size_t i = 0; i < kSlots && !key; ++i) {
        const ByteView slot = std::span(header_).subspan(kSlotsAt + i * kWrappedKeyBytes);
        key = unwrap_key(master, kKeyPurpose, slot.first(kWrappedKeyBytes));
        slot_ = i;
    }
    if (!key) {
        throw JournalError(fmt::format(
            "{} cannot be opened: it belongs to another master.key, or its header was altered",
            name_of(path_)
        ));
    }
    key_ = LockedSecret(*key);
    std::array<std::uint8_t, 0> nothing{};
    const auto bound = associated(kHeaderPurpose, std::span(header_).first(kSlotsAt));
    const auto seal = std::span(header_).subspan(kSealAt, kAeadOverhead);
    if (aead_decrypt(key_->bytes(), bound, seal, nothing)) return;
    throw JournalError(fmt::format("the header of {} was altered", name_of(path_)));
}

JournalFile::Header JournalFile::header_with(const JournalFacts& facts) const {
    auto header = header_;
    const std::span bytes(header);
    put(bytes.subspan(kBaseAt, 8), facts.base);
    put(bytes.subspan(kCreatedAt, 8), static_cast<std::uint64_t>(facts.created_at));
    std::ranges::copy(facts.database_id, header.begin() + kDatabaseAt);
    std::ranges::copy(facts.id, header.begin() + kIdAt);
    const auto bound = associated(kHeaderPurpose, bytes.first(kSlotsAt));
    aead_encrypt(key_->bytes(), bound, {}, bytes.subspan(kSealAt, kAeadOverhead));
    return header;
}

Bytes JournalFile::seal_record(const JournalRecord& record) const {
    Bytes stored(kJournalRecordBytes);
    const std::span bytes(stored);
    put(bytes.first(kNumberBytes), record.number);
    const auto bound = associated(kRecordPurpose, bytes.first(kNumberBytes));
    aead_encrypt(key_->bytes(), bound, encode_record(record), bytes.subspan(kNumberBytes));
    return stored;
}

bool JournalFile::open_record(ByteView stored, std::uint64_t number, PlainRecord& out) const {
    if (stored.size() < kJournalRecordBytes) return false;
    stored = stored.first(kJournalRecordBytes);
    if (take(stored.first(kNumberBytes)) != number) return false;
    const auto bound = associated(kRecordPurpose, stored.first(kNumberBytes));
    return aead_decrypt(key_->bytes(), bound, stored.subspan(kNumberBytes), out);
}

JournalContent JournalFile::read(std::uint64_t known) {
    auto content = read_records(true, known);
    if (const auto last = content.last(facts_); last < known) {
        throw JournalError(fmt::format(
            "{} ends with record {}, but the database knows record {}: it is an older copy, or was "
            "cut",
            name_of(path_),
            last,
            known
        ));
    }
    return content;
}

JournalContent JournalFile::read() {
    return read_records(false, 0);
}

JournalContent JournalFile::read_records(bool last_is_known, std::uint64_t known) {
    auto& file = descriptor();
    const auto size = file.size();
    Bytes stored(size < kJournalHeaderBytes ? 0 : size - kJournalHeaderBytes);
    const auto got = file.read_at(kJournalHeaderBytes, stored);
    ByteView rest = ByteView(stored).first(got);
    JournalContent content;
    for (auto number = facts_.base + 1; !rest.empty(); ++number) {
        PlainRecord plain{};
        if (!open_record(rest, number, plain)) {
            const bool partial = rest.size() < kJournalRecordBytes || is_zero(rest);
            content.is_torn = last_is_known ? number > known : partial;
            if (content.is_torn) return content;
            throw JournalError(fmt::format(
                "{} was altered in record {}, at or after byte {}",
                name_of(path_),
                number,
                offset_after(number - 1)
            ));
        }
        content.records.push_back(decode_record(number, plain));
        rest = rest.subspan(kJournalRecordBytes);
    }
    return content;
}

void JournalFile::append(std::uint64_t last, std::span<const JournalRecord> records) {
    Bytes stored;
    for (const auto& record : records) {
        const auto one = seal_record(record);
        stored.insert(stored.end(), one.begin(), one.end());
    }
    auto& file = descriptor();
    file.write_at(offset_after(last), stored);
    file.sync();
}

void JournalFile::cut_after(std::uint64_t last) {
    auto& file = descriptor();
    file.truncate(offset_after(last));
    file.sync();
}

void JournalFile::drop_until(std::uint64_t number, std::uint64_t last) {
    auto facts = facts_;
    facts.base = number;
    const auto header = header_with(facts);
    Bytes content(header.begin(), header.end());
    Bytes records((last - number) * kJournalRecordBytes);
    if (descriptor().read_at(offset_after(number), records) < records.size()) {
        throw JournalError(fmt::format("{} is cut short", name_of(path_)));
    }
    content.insert(content.end(), records.begin(), records.end());
    // Whatever becomes of the exchange, what has the name afterwards is what is written to.
    descriptor_.reset();
    write_file(path_, content, Existing::replace);
}

Descriptor& JournalFile::descriptor() {
    if (descriptor_) return *descriptor_;
    auto opened =
        std::make_unique<Descriptor>(Descriptor::open(path_, Descriptor::Access::read_write));
    Header header{};
    if (opened->read(header) < header.size()) {
        throw JournalError(fmt::format("{} is cut short", name_of(path_)));
    }
    facts_ = decode_facts(header, name_of(path_));
    header_ = header;
    descriptor_ = std::move(opened);
    return *descriptor_;
}

void JournalFile::add_master(const MasterKey& next) {
    write_slot(1 - slot_, wrap_key(next, kKeyPurpose, key_->bytes()));
}

void JournalFile::keep_only(const MasterKey& master) {
    find_key(master);
    const ByteView other = std::span(header_).subspan(kSlotsAt + (1 - slot_) * kWrappedKeyBytes);
    if (is_zero(other.first(kWrappedKeyBytes))) return;
    write_slot(1 - slot_, Bytes(kWrappedKeyBytes));
}

void JournalFile::write_slot(std::size_t index, ByteView slot) {
    const auto at = kSlotsAt + index * kWrappedKeyBytes;
    std::ranges::copy(slot, header_.begin() + static_cast<std::ptrdiff_t>(at));
    descriptor().write_at(at, slot);
    descriptor().sync();
}

void JournalFile::copy_to(const std::filesystem::path& file, const JournalContent& content) {
    Bytes bytes(header_.begin(), header_.end());
    for (const auto& record : content.records) {
        const auto one = seal_record(record);
        bytes.insert(bytes.end(), one.begin(), one.end());
    }
    write_file(file, bytes, Existing::replace);
}

std::uint64_t JournalFile::offset_after(std::uint64_t number) const {
    return kJournalHeaderBytes + (number - facts_.base) * kJournalRecordBytes;
}

void rewrap_journal(
    const std::filesystem::path& file,
    const MasterKey& current,
    const MasterKey& next
) {
    JournalFile::open(file, current, Descriptor::Access::read_write).add_master(next);
}

}  // namespace drawbridge::store
