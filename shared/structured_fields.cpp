#include "shared/structured_fields.h"

#include "shared/encoding.h"

namespace drawbridge {
namespace {

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_alpha(char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

bool is_key_character(char c) {
    return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
}

// tchar of RFC 9110, and `:` and `/`.
bool is_token_character(char c) {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~:/";
    return is_alpha(c) || is_digit(c) || kOthers.find(c) != std::string_view::npos;
}

}  // namespace

bool FieldReader::take(char expected) {
    if (!peek(expected)) return false;
    ++position_;
    return true;
}

bool FieldReader::key(std::string_view& out) {
    const std::size_t start = position_;
    if (at_end() || !(is_lower(text_[position_]) || text_[position_] == '*')) return false;
    while (!at_end() && is_key_character(text_[position_])) {
        ++position_;
    }
    out = since(start);
    return true;
}

bool FieldReader::item(FieldItem& out) {
    if (at_end()) return false;
    const char first = text_[position_];
    if (first == '-' || is_digit(first)) return number(out);
    if (first == '"') return string(out);
    if (first == ':') return bytes(out);
    if (first == '?') return boolean(out);
    if (first == '@') return date(out);
    if (first == '*' || is_alpha(first)) return token(out);
    return false;
}

std::size_t FieldReader::skip_digits() {
    const std::size_t start = position_;
    while (!at_end() && is_digit(text_[position_])) {
        ++position_;
    }
    return position_ - start;
}

// At most 15 digits; a decimal 12 before the point and 3 after.
bool FieldReader::number(FieldItem& out) {
    const std::size_t start = position_;
    (void)take('-');
    const std::size_t whole = skip_digits();
    if (whole == 0 || whole > 15) return false;
    out.kind = ItemKind::integer;
    if (take('.')) {
        const std::size_t fraction = skip_digits();
        if (whole > 12 || fraction == 0 || fraction > 3) return false;
        out.kind = ItemKind::decimal;
    }
    out.text = since(start);
    return true;
}

bool FieldReader::date(FieldItem& out) {
    if (!take('@') || !number(out) || out.kind != ItemKind::integer) return false;
    out.kind = ItemKind::date;
    return true;
}

bool FieldReader::string(FieldItem& out) {
    if (!take('"')) return false;
    const std::size_t start = position_;
    for (; !at_end() && text_[position_] != '"'; ++position_) {
        const char character = text_[position_];
        if (character < 0x20 || character > 0x7E) return false;
        if (character != '\\') continue;
        ++position_;
        if (!peek('"') && !peek('\\')) return false;
    }
    out = {ItemKind::string, since(start)};
    return take('"');
}

bool FieldReader::token(FieldItem& out) {
    const std::size_t start = position_;
    while (!at_end() && is_token_character(text_[position_])) {
        ++position_;
    }
    out = {ItemKind::token, since(start)};
    return true;
}

bool FieldReader::bytes(FieldItem& out) {
    if (!take(':')) return false;
    const std::size_t end = text_.find(':', position_);
    if (end == std::string_view::npos) return false;
    out = {ItemKind::bytes, text_.substr(position_, end - position_)};
    position_ = end + 1;
    // Of any length, but canonical: it is decoded in pieces of whole quanta.
    std::array<std::uint8_t, 48> sink{};
    for (std::string_view rest = out.text; !rest.empty();) {
        const std::string_view piece = rest.substr(0, 64);
        rest.remove_prefix(piece.size());
        if (!decode_base64(piece, sink)) return false;
        if (!rest.empty() && piece.ends_with('=')) return false;
    }
    return true;
}

bool FieldReader::boolean(FieldItem& out) {
    if (!take('?') || (!peek('0') && !peek('1'))) return false;
    out = {ItemKind::boolean, text_.substr(position_, 1)};
    ++position_;
    return true;
}

bool FieldReader::parameters(FixedList<kMaxParameters>& out) {
    out.size = 0;
    while (take(';')) {
        FieldParameter parameter{{}, {ItemKind::boolean, "1"}};
        if (out.size == kMaxParameters || !key(parameter.key)) return false;
        if (take('=') && !item(parameter.value)) return false;
        for (std::size_t i = 0; i < out.size; ++i) {
            if (out.items[i].key == parameter.key) return false;
        }
        out.items[out.size++] = parameter;
    }
    return true;
}

void FieldReader::skip_space() {
    while (peek(' ') || peek('\t')) {
        ++position_;
    }
}

bool FieldReader::next_member(bool& more) {
    more = false;
    if (at_end()) return true;
    skip_space();
    if (!take(',')) return false;
    skip_space();
    more = true;
    return !at_end();
}

const FieldItem* InnerList::parameter(std::string_view key) const {
    for (std::size_t i = 0; i < parameters.size; ++i) {
        if (parameters.items[i].key == key) return &parameters.items[i].value;
    }
    return nullptr;
}

bool read_inner_list(FieldReader& reader, InnerList& out) {
    const std::size_t start = reader.position();
    out.size = 0;
    if (!reader.take('(')) return false;
    while (!reader.peek(')')) {
        if (out.size > 0 && !reader.take(' ')) return false;
        if (out.size == out.members.size()) return false;
        auto& member = out.members[out.size++];
        const std::size_t member_start = reader.position();
        FixedList<kMaxParameters> ignored;
        if (!reader.item(member.item) || !reader.parameters(ignored)) return false;
        member.raw = reader.since(member_start);
    }
    if (!reader.take(')')) return false;
    out.raw_members = reader.since(start);
    if (!reader.parameters(out.parameters)) return false;
    out.raw = reader.since(start);
    return true;
}

const BytesDictionary::Member* BytesDictionary::find(std::string_view key) const {
    for (std::size_t i = 0; i < size; ++i) {
        if (members[i].key == key) return &members[i];
    }
    return nullptr;
}

bool read_bytes_dictionary(std::string_view text, BytesDictionary& out) {
    FieldReader reader(text);
    out.size = 0;
    for (bool more = true; more;) {
        std::string_view key;
        FieldItem value;
        if (out.size == out.members.size() || !reader.key(key) || !reader.take('=')) return false;
        if (!reader.item(value) || value.kind != ItemKind::bytes) return false;
        if (out.find(key) != nullptr || !reader.next_member(more)) return false;
        out.members[out.size++] = {key, value.text};
    }
    return true;
}

}  // namespace drawbridge
