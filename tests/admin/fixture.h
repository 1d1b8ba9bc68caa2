// The routes of the admin plane over a real database file; only HTTP and the token are missing.
#pragma once

#include "admin/context.h"
#include "admin/router.h"
#include "auth/random.h"
#include "base/clock.h"
#include "ingest/network.h"
#include "store/backups.h"
#include "store/meta.h"
#include "store/migrations.h"
#include "store/writer.h"
#include "temp_folder.h"

#include <boost/json.hpp>

#include <memory>
#include <string>
#include <utility>

namespace drawbridge::test {

class AdminFixture {
public:
    static constexpr base::UnixMs kNow = 1'800'000'000'000;

    AdminFixture() {
        const auto master = store::MasterKey::create(folder_ / "master.key");
        auto database = open();
        store::migrate(*database, master);
        auto keys = std::make_unique<store::KeyRing>(*database, master.copy());
        sealer_ = keys->sealer();
        const auto tag_key = auth::random_secret();
        const auto row = store::as_bytes(store::meta::kTagKey);
        store::write_meta(
            *database,
            store::meta::kTagKey,
            sealer_->seal(store::Column::tag_key, row, tag_key.bytes())
        );
        bans::ListMaster::create(*database, bans::kNetworkList);
        network_ =
            std::make_unique<ingest::Network>(ingest::Settings(), std::move(keys), *database);
        writer_ = std::make_unique<store::Writer>(
            std::move(database),
            1000,
            nullptr,
            ingest::key_hooks(*network_)
        );
        writer_->run([](store::Database&) {}, nullptr);  // its first transaction makes keys
        options_.database = folder_ / "drawbridge.db";
        options_.master_key = folder_ / "master.key";
        backups_ = std::make_unique<store::Backups>(backup_parts(), nullptr);
        options_.backups = backups_.get();
        context_ =
            std::make_unique<admin::Context>(admin::Context{*network_, *writer_, options_, kNow});
    }

    /// `path` is below /admin/v1/. Throws what the handler throws.
    admin::Reply
    send(std::string method, std::string_view path, const boost::json::object& body = {}) {
        admin::Request request;
        request.method = std::move(method);
        request.path = admin::split_path(path);
        request.body = boost::json::serialize(body);
        request.admin = "ann";
        request.now = kNow;
        return router_.route(*context_, request);
    }

    [[nodiscard]] const admin::Context& context() const { return *context_; }

    [[nodiscard]] const admin::Router& router() const { return router_; }

    [[nodiscard]] const store::Sealer& sealer() const { return *sealer_; }

    /// A connection of its own, as somebody else's program would have.
    [[nodiscard]] std::unique_ptr<store::Database> open() const {
        return std::make_unique<store::Database>(
            folder_ / "drawbridge.db",
            store::Database::Mode::read_write
        );
    }

private:
    [[nodiscard]] store::Backups::Parts backup_parts() const {
        const auto key = folder_ / "master.key";
        return {
            folder_ / "drawbridge.db",
            {folder_ / "backups", 0, {}},
            [key] { return store::MasterKey::load(key); },
        };
    }

    TempFolder folder_;
    std::shared_ptr<const store::Sealer> sealer_;
    std::unique_ptr<ingest::Network> network_;
    std::unique_ptr<store::Writer> writer_;
    std::unique_ptr<store::Backups> backups_;
    admin::Options options_;
    std::unique_ptr<admin::Context> context_;
    const admin::Router router_ = admin::make_router();
};

}  // namespace drawbridge::test
