#include "shared/tag.h"

#include <sodium.h>

namespace drawbridge {
namespace {

constexpr std::string_view kSeparator = "\x1F";

// BLAKE2b-256 keyed with the tag key, over parts joined by the separator.
class TagHash {
public:
    explicit TagHash(const Secret& key) {
        crypto_generichash_init(&state_, key.bytes().data(), kKeyBytes, kTagBytes);
    }

    // The state holds the key.
    ~TagHash() { sodium_memzero(&state_, sizeof state_); }

    TagHash(const TagHash&) = delete;
    TagHash& operator=(const TagHash&) = delete;

    void update(std::string_view part) {
        const Bytes bytes = as_bytes(part);
        crypto_generichash_update(&state_, bytes.data(), bytes.size());
    }

    [[nodiscard]] Tag finish() {
        Tag tag{};
        crypto_generichash_final(&state_, tag.data(), tag.size());
        return tag;
    }

private:
    crypto_generichash_state state_;
};

}  // namespace

Tag tag_identifier(const Secret& tag_key, const Identifier& identifier) {
    TagHash hash(tag_key);
    hash.update(type_name(identifier.type));
    hash.update(kSeparator);
    hash.update(identifier.value.view());
    return hash.finish();
}

Tag tag_token(const Secret& tag_key, std::string_view owner_id, const IdentifierValue& value) {
    TagHash hash(tag_key);
    hash.update(type_name(IdentifierType::token));
    hash.update(kSeparator);
    hash.update(owner_id);
    hash.update(kSeparator);
    hash.update(value.view());
    return hash.finish();
}

Tag chain_tag(const Secret& new_tag_key, const Tag& tag) {
    TagHash hash(new_tag_key);
    hash.update({reinterpret_cast<const char*>(tag.data()), tag.size()});
    return hash.finish();
}

}  // namespace drawbridge
