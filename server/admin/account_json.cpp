#include "admin/account_json.h"

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

void read_account(
    const json::value& value,
    Members& members,
    std::vector<identity::TaggedIdentifier>& accounts
) {
    const auto* object = value.if_object();
    if (object == nullptr) {
        members.fail("tags", "expected objects with type and tag");
        return;
    }
    Members inner(*object);
    const auto type = parse_type_name(inner.text("type", 1, 16));
    const auto tag = parse_tag(inner.text("tag", 1, 64));
    if (inner.problem() || !type || !tag) {
        members.fail("tags", "expected a known type and a tag of 43 base64url characters");
    } else if (!identity::is_account(*type)) {
        members.fail("tags", "an address or a token names no account: name an account");
    } else {
        accounts.push_back({*type, *tag});
    }
}

}  // namespace

std::vector<identity::TaggedIdentifier> read_accounts(Members& members, std::size_t most) {
    std::vector<identity::TaggedIdentifier> accounts;
    const auto* tags = members.array("tags", most);
    if (tags == nullptr) return accounts;
    if (tags->empty()) members.fail("tags", "expected at least one");
    for (const auto& tag : *tags) {
        read_account(tag, members, accounts);
    }
    return accounts;
}

}  // namespace drawbridge::admin
