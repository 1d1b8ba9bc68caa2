#include "shared/signature_input.h"

#include "shared/encoding.h"
#include "shared/limits.h"

namespace drawbridge {
namespace {

// Labels read so far, to refuse a repeated one.
struct Labels {
    std::array<std::string_view, kMaxSignatureMembers> items{};
    std::size_t size = 0;

    bool add(std::string_view label) {
        if (size == items.size() || label.size() > kMaxSignatureLabel) return false;
        for (std::size_t i = 0; i < size; ++i) {
            if (items[i] == label) return false;
        }
        items[size++] = label;
        return true;
    }
};

std::optional<FindError> find_input(std::string_view text, FoundSignature& out) {
    FieldReader reader(text);
    Labels labels;
    bool found = false;
    for (bool more = true; more;) {
        std::string_view label;
        InnerList list;
        if (!reader.key(label) || !labels.add(label) || !reader.take('=') ||
            !read_inner_list(reader, list) || !reader.next_member(more)) {
            return FindError::bad_syntax;
        }
        if (string_parameter(list, "tag") != kSignatureTag) continue;
        if (found) return FindError::several;
        found = true;
        out.label = label;
        out.input = list;
    }
    if (!found) return FindError::missing;
    return std::nullopt;
}

}  // namespace

std::optional<FindError>
find_our_signature(const SignatureFieldViews& fields, FoundSignature& out) {
    if (fields.signature_input.empty()) return FindError::missing;
    if (const auto error = find_input(fields.signature_input, out)) return error;
    BytesDictionary macs;
    if (!read_bytes_dictionary(fields.signature, macs)) return FindError::bad_syntax;
    const auto* member = macs.find(out.label);
    if (member == nullptr) return FindError::no_mac;
    if (decode_base64(member->base64, out.mac) != out.mac.size()) return FindError::bad_mac;
    return std::nullopt;
}

std::optional<std::uint64_t> number_parameter(const InnerList& input, std::string_view key) {
    const FieldItem* item = input.parameter(key);
    if (item == nullptr || item->kind != ItemKind::integer) return std::nullopt;
    return parse_decimal(item->text);
}

std::optional<std::string_view> string_parameter(const InnerList& input, std::string_view key) {
    const FieldItem* item = input.parameter(key);
    if (item == nullptr || item->kind != ItemKind::string) return std::nullopt;
    if (item->text.find('\\') != std::string_view::npos) return std::nullopt;
    return item->text;
}

}  // namespace drawbridge
