// A strict parser of the subset of RFC 9651 that Signature-Input, Signature and Content-Digest
// use: dictionaries of byte sequences and of inner lists with parameters. Strict: one space
// between members of an inner list, none around `=` and `;`, no repeated key. Results are views
// into the text, which must outlive them. Pure functions.
#pragma once

#include "shared/limits.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge {

enum class ItemKind : std::uint8_t { integer, decimal, string, token, bytes, boolean, date };

// `text` is what stands between the delimiters: of a string the characters between the quotes
// with escapes as sent, of bytes the base64, of a boolean `0` or `1`; else the item itself.
struct FieldItem {
    ItemKind kind = ItemKind::boolean;
    std::string_view text;
};

struct FieldParameter {
    std::string_view key;
    FieldItem value;
};

template <std::size_t Capacity>
struct FixedList {
    std::array<FieldParameter, Capacity> items{};
    std::size_t size = 0;
};

inline constexpr std::size_t kMaxParameters = 12;
inline constexpr std::size_t kMaxInnerItems = 16;

// Reads one field from the front. Each function returns false on a violation; the cursor is then
// anywhere.
class FieldReader {
public:
    explicit FieldReader(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return position_ == text_.size(); }

    [[nodiscard]] std::size_t position() const { return position_; }

    [[nodiscard]] std::string_view since(std::size_t start) const {
        return text_.substr(start, position_ - start);
    }

    [[nodiscard]] bool take(char expected);

    [[nodiscard]] bool peek(char expected) const {
        return !at_end() && text_[position_] == expected;
    }

    [[nodiscard]] bool key(std::string_view& out);
    [[nodiscard]] bool item(FieldItem& out);
    // `;key=value` as often as it comes; `;key` alone is true.
    [[nodiscard]] bool parameters(FixedList<kMaxParameters>& out);
    // After a dictionary member: the end, or a comma and at least one more member.
    [[nodiscard]] bool next_member(bool& more);

private:
    [[nodiscard]] bool number(FieldItem& out);
    [[nodiscard]] bool date(FieldItem& out);
    [[nodiscard]] bool string(FieldItem& out);
    [[nodiscard]] bool token(FieldItem& out);
    [[nodiscard]] bool bytes(FieldItem& out);
    [[nodiscard]] bool boolean(FieldItem& out);
    void skip_space();
    [[nodiscard]] std::size_t skip_digits();

    std::string_view text_;
    std::size_t position_ = 0;
};

// ("a" "b";req);created=1 – `raw` is that text, as the signature base repeats it.
struct InnerList {
    struct Member {
        FieldItem item;
        std::string_view raw;  // with its parameters
    };

    std::array<Member, kMaxInnerItems> members{};
    std::size_t size = 0;
    FixedList<kMaxParameters> parameters;
    std::string_view raw;
    std::string_view raw_members;  // from `(` to `)`

    [[nodiscard]] const FieldItem* parameter(std::string_view key) const;
};

[[nodiscard]] bool read_inner_list(FieldReader& reader, InnerList& out);

// A dictionary whose members are all byte sequences without parameters, as Signature and
// Content-Digest are.
struct BytesDictionary {
    struct Member {
        std::string_view key;
        std::string_view base64;
    };

    std::array<Member, kMaxSignatureMembers> members{};
    std::size_t size = 0;

    [[nodiscard]] const Member* find(std::string_view key) const;
};

[[nodiscard]] bool read_bytes_dictionary(std::string_view text, BytesDictionary& out);

}  // namespace drawbridge
