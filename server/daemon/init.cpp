#include "daemon/init.h"

#include "auth/admin_tokens.h"
#include "auth/random.h"
#include "bans/list_master.h"
#include "base/version.h"
#include "config/config.h"
#include "pki/host.h"
#include "pki/issue.h"
#include "store/audit.h"
#include "store/files.h"
#include "store/journal.h"
#include "store/meta.h"
#include "store/migrations.h"
#include "store/sealer.h"

#include <fmt/format.h>

#include <stdexcept>
#include <sys/stat.h>
#include <variant>

namespace drawbridge::daemon {
namespace {

constexpr std::string_view kFirstAdmin = "admin";

void require_valid(const InitOptions& options) {
    if (const auto problem = config::name_problem(options.name); !problem.empty()) {
        throw std::runtime_error("--name: expected " + problem);
    }
    if (!pki::is_host(options.host)) {
        throw std::runtime_error(
            "--host: expected a DNS name or an IP address, without scheme and port"
        );
    }
}

// A folder of somebody's own (a home, /etc) must not be made private and filled.
void require_empty(const DataFolder& folder) {
    if (!std::filesystem::exists(folder.path())) return;
    if (!std::filesystem::is_directory(folder.path())) {
        throw std::runtime_error(folder.path().string() + " is not a folder");
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        if (entry.path().filename() == folder.lock().filename()) continue;
        throw std::runtime_error(fmt::format(
            "{0} is not empty: give the instance a folder of its own, like {0}/drawbridge",
            folder.path().string()
        ));
    }
}

void require_vacant(const DataFolder& folder) {
    const auto parts = folder.present_parts();
    if (parts.empty()) return require_empty(folder);
    const auto path = folder.path().string();
    if (std::filesystem::exists(folder.config())) {
        throw std::runtime_error(fmt::format(
            "{} already holds an instance: start it with  drawbridged serve --data {}, or choose "
            "another folder",
            path,
            path
        ));
    }
    throw std::runtime_error(folder.instance_problem());
}

void make_folder(const std::filesystem::path& path) {
    std::filesystem::create_directories(path);
    if (::chmod(path.c_str(), 0700) != 0) {
        throw std::runtime_error(fmt::format(
            "cannot make {} private: run it as the user who owns the folder",
            path.string()
        ));
    }
}

void write_text(const std::filesystem::path& file, const std::string& text) {
    store::write_file(file, store::as_bytes(text), store::Existing::refuse);
}

void make_certificates(const DataFolder& folder, const InitOptions& options, base::UnixMs now) {
    const auto authority = pki::make_authority(options.name, now);
    const auto hosts = pki::with_local_names({options.host});
    const auto server = pki::make_server_certificate(authority, hosts, now);
    write_text(folder.authority_key(), authority.key);
    write_text(folder.authority(), authority.certificate);
    write_text(folder.certificate_key(), server.key);
    write_text(folder.certificate(), server.certificate);
}

void write_network(store::Database& database, const store::Sealer& sealer) {
    std::array<std::uint8_t, 16> id{};
    auth::fill_random(id);
    store::write_meta(database, store::meta::kDatabaseId, id);
    const auto tag_key = auth::random_secret();
    const auto row = store::as_bytes(store::meta::kTagKey);
    const auto sealed = sealer.seal(store::Column::tag_key, row, tag_key.bytes());
    store::write_meta(database, store::meta::kTagKey, sealed);
    store::write_meta(database, store::meta::kTagVersion, store::as_bytes("1"));
    bans::ListMaster::create(database, bans::kNetworkList);
}

Secret write_first_admin(store::Database& database, const store::Sealer& sealer, base::UnixMs now) {
    auto added = auth::AdminTokens(database, sealer).add(kFirstAdmin, now);
    const auto detail = fmt::format("init {}", base::version());
    store::append_audit(
        database,
        sealer,
        store::by_system(),
        {"admin.add", kFirstAdmin, {}, detail},
        now
    );
    return std::get<Secret>(added);
}

void make_database(const DataFolder& folder, base::UnixMs now) {
    const auto master = store::MasterKey::create(folder.master_key());
    store::Database database(folder.database(), store::Database::Mode::read_write);
    store::migrate(database, master);
    database.execute("BEGIN IMMEDIATE;");
    const store::Sealer sealer(database, master);
    write_network(database, sealer);
    const auto token = write_first_admin(database, sealer, now);
    (void)store::begin_journal(database, folder.journal(), master, now);
    database.execute("COMMIT;");
    write_text(folder.admin_token(), auth::print_admin_token(token) + "\n");
}

void remove_parts(const DataFolder& folder) {
    for (const auto& name : folder.present_parts()) {
        std::error_code ignored;  // the error that led here is the one to tell
        std::filesystem::remove(folder.path() / name, ignored);
    }
    for (const char* companion : {"drawbridge.db-wal", "drawbridge.db-shm"}) {
        std::error_code ignored;
        std::filesystem::remove(folder.path() / companion, ignored);
    }
}

}  // namespace

void init(const DataFolder& folder, const InitOptions& options, base::UnixMs now) {
    require_valid(options);
    require_vacant(folder);
    make_folder(folder.path());
    const FolderLock lock(folder);  // two at once would mix their files
    require_vacant(folder);
    try {
        make_certificates(folder, options, now);
        make_database(folder, now);
        // Last: from here on it is an instance.
        write_text(folder.config(), config::initial_text(options.name, options.host));
    } catch (...) {
        remove_parts(folder);
        throw;
    }
}

std::string next_steps(const DataFolder& folder, const InitOptions& options) {
    const auto path = folder.path().string();
    auto text = fmt::format(
        "Made the Drawbridge instance \"{0}\" in {1}\n\n"
        "  drawbridge.toml  its configuration\n"
        "  master.key       opens the database: keep a copy somewhere else, apart from backups\n"
        "  admin.token      lets drawbridgectl in: for staff only\n"
        "  ca.pem           what game servers will trust\n\n"
        "Next:\n"
        "  drawbridged serve --data {1}\n"
        "  drawbridgectl --data {1} server add \"My server\"\n\n",
        options.name,
        path
    );
    if (options.host == "localhost") {
        return text + fmt::format(
                          "Game servers on this machine only can connect: for others set host in\n"
                          "drawbridge.toml, then run  drawbridged certs --data {} --renew\n",
                          path
                      );
    }
    return text + fmt::format(
                      "Game servers will connect to https://{}:8443: open that port.\n",
                      pki::url_host(options.host)
                  );
}

}  // namespace drawbridge::daemon
