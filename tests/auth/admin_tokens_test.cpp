#include "auth/admin_tokens.h"

#include "auth/random.h"
#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

using namespace drawbridge;
using namespace drawbridge::auth;

namespace {

struct Fixture {
    static store::Database& migrated(store::Database& database, const store::MasterKey& master) {
        store::migrate(database, master);
        return database;
    }

    test::TempFolder folder;
    store::MasterKey master = store::MasterKey::create(folder / "master.key");
    store::Database database{folder / "a.db", store::Database::Mode::read_write};
    store::Sealer sealer{migrated(database, master), master};
    AdminTokens tokens{database, sealer};
};

}  // namespace

TEST_CASE("a token is printed in one form and read back") {
    const auto token = random_secret();
    const auto text = print_admin_token(token);
    CHECK(text.size() == 57);
    CHECK(text.starts_with("dba1_"));
    REQUIRE(parse_admin_token(text).has_value());
    CHECK(*parse_admin_token(text) == token);
}

TEST_CASE("a token with any character changed is none") {
    const auto text = print_admin_token(random_secret());
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(parse_admin_token(changed).has_value());
    }
    CHECK_FALSE(parse_admin_token("").has_value());
    CHECK_FALSE(parse_admin_token(text + "0").has_value());
    CHECK_FALSE(parse_admin_token(text.substr(1)).has_value());
}

TEST_CASE_FIXTURE(Fixture, "a token lets its admin in until it is revoked") {
    const auto alice = std::get<Secret>(tokens.add("alice", 5));
    const auto bob = std::get<Secret>(tokens.add("bob", 6));
    CHECK(tokens.authenticate(alice).value().name == "alice");
    CHECK_FALSE(tokens.authenticate(alice)->owner.has_value());
    CHECK(tokens.authenticate(bob).value().name == "bob");
    CHECK_FALSE(tokens.authenticate(random_secret()).has_value());

    CHECK_FALSE(tokens.revoke("alice", 7).has_value());
    CHECK_FALSE(tokens.authenticate(alice).has_value());
    CHECK(tokens.authenticate(bob).value().name == "bob");
    CHECK(tokens.list().at(0).revoked_at == 7);
}

TEST_CASE_FIXTURE(Fixture, "a name is given once, and only to something printable") {
    REQUIRE(std::holds_alternative<Secret>(tokens.add("alice", 5)));
    CHECK(std::get<AdminError>(tokens.add("alice", 6)) == AdminError::name_taken);
    for (const auto* name : {"", "two words", "tab\t", "ümlaut"}) {
        CHECK(std::get<AdminError>(tokens.add(name, 6)) == AdminError::bad_name);
    }
}

TEST_CASE_FIXTURE(Fixture, "the last working token stays") {
    REQUIRE(std::holds_alternative<Secret>(tokens.add("alice", 5)));
    CHECK(tokens.revoke("alice", 6) == AdminError::last_admin);
    CHECK(tokens.revoke("nobody", 6) == AdminError::unknown_admin);
    REQUIRE(std::holds_alternative<Secret>(tokens.add("bob", 6)));
    CHECK_FALSE(tokens.revoke("alice", 7).has_value());
    CHECK(tokens.revoke("alice", 8) == AdminError::unknown_admin);
    CHECK(tokens.revoke("bob", 8) == AdminError::last_admin);
}

TEST_CASE_FIXTURE(Fixture, "an operator's token names its owner, and keeps nobody's door open") {
    REQUIRE(std::holds_alternative<Secret>(tokens.add("alice", 5)));
    const auto bob = std::get<Secret>(tokens.add("bob", 6, 17));
    CHECK(tokens.authenticate(bob)->owner == 17);
    CHECK(tokens.list().at(1).owner == 17);
    CHECK(tokens.revoke("alice", 7) == AdminError::last_admin);
    CHECK(tokens.revoke_operators(16, 8) == 0);
    CHECK(tokens.revoke_operators(17, 8) == 1);
    CHECK_FALSE(tokens.authenticate(bob).has_value());
}

TEST_CASE_FIXTURE(Fixture, "the database does not hold the token") {
    const auto token = std::get<Secret>(tokens.add("alice", 5));
    auto query = database.query("SELECT token_hash FROM admins");
    REQUIRE(query.step());
    const auto stored = query.blob(0);
    CHECK(stored.size() == 32);
    CHECK_FALSE(std::equal(stored.begin(), stored.end(), token.bytes().begin()));
}
