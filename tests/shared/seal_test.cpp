#include "shared/seal.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

namespace {

// Every bit of a sealed value matters.
template <typename Sealed, typename Open>
void check_every_bit(const Sealed& sealed, Open open) {
    for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
        Sealed changed = sealed;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
        CHECK_FALSE(open(changed));
    }
}

}  // namespace

TEST_CASE("seal: tag keys") {
    for (const auto& row : test::vectors("sealed").at("tag_keys").as_array()) {
        const auto secret = test::secret(row, "secret");
        const auto server_id = test::text(row, "server_id");
        const auto version = test::number(row, "version");
        const auto tag_key = test::secret(row, "tag_key");
        const auto sealed = seal_tag_key(
            secret,
            server_id,
            version,
            tag_key,
            test::fixed<kSealNonceBytes>(row, "nonce")
        );
        CHECK(print_base64url(sealed).view() == test::text(row, "sealed"));
        CHECK(open_tag_key(secret, server_id, version, sealed) == tag_key);
        CHECK_FALSE(open_tag_key(secret, server_id, version - 1, sealed));
        CHECK_FALSE(open_tag_key(secret, "srv_aaaaaaaaaaaa", version, sealed));
        CHECK_FALSE(open_tag_key(tag_key, server_id, version, sealed));
        CHECK_FALSE(open_enrolled_secret(secret, server_id, sealed));
        check_every_bit(sealed, [&](const SealedSecret& changed) {
            return open_tag_key(secret, server_id, version, changed);
        });
    }
}

TEST_CASE("seal: enrolled secrets") {
    for (const auto& row : test::vectors("sealed").at("enrolled_secrets").as_array()) {
        const auto code = test::secret(row, "code");
        const auto key_id = test::text(row, "key_id");
        const auto secret = test::secret(row, "secret");
        const auto sealed =
            seal_enrolled_secret(code, key_id, secret, test::fixed<kSealNonceBytes>(row, "nonce"));
        CHECK(print_base64url(sealed).view() == test::text(row, "sealed"));
        CHECK(open_enrolled_secret(code, key_id, sealed) == secret);
        CHECK_FALSE(open_enrolled_secret(code, key_id + "1", sealed));
        CHECK_FALSE(open_enrolled_secret(secret, key_id, sealed));
    }
}

TEST_CASE("seal: rotated secrets are libsodium's sealed boxes") {
    for (const auto& row : test::vectors("sealed").at("rotated_secrets").as_array()) {
        const auto private_key = test::secret(row, "private_key");
        CHECK(
            print_base64url(rotation_public_key(private_key)).view() ==
            test::text(row, "public_key")
        );
        const auto sealed = parse_base64url<kBoxSealedBytes>(test::text(row, "sealed"));
        REQUIRE(sealed);
        CHECK(open_rotated_secret(private_key, *sealed) == test::secret(row, "secret"));
        CHECK_FALSE(open_rotated_secret(test::secret(row, "secret"), *sealed));
        for (std::size_t i = 0; i < sealed->size(); ++i) {
            auto changed = *sealed;
            changed[i] = static_cast<std::uint8_t>(changed[i] ^ 1);
            CHECK_FALSE(open_rotated_secret(private_key, changed));
        }
    }
}
