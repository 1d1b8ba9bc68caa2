// drawbridgectl: the control program. It talks to the admin plane of a running daemon and holds no
// state of its own.
#include "base/core_dumps.h"
#include "base/version.h"
#include "ctl/exit_code.h"
#include "ctl/session.h"
#include "ctl/usage.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <string>

namespace drawbridge::ctl {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  drawbridgectl --data /var/lib/drawbridge status\n"
    "  drawbridgectl --data /var/lib/drawbridge server add \"Los Santos One\"\n"
    "  drawbridgectl --url https://ban.example.org:8444 --token-file ~/.drawbridge.token \\\n"
    "                --ca ca.pem ban list --state proposed\n"
    "\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused.";

void add_root_options(CLI::App& root, Session& session) {
    root.fallthrough();
    root.require_subcommand(1);
    root.footer(kExamples);
    root.set_version_flag("--version", "drawbridgectl " + std::string(base::version()));
    root.add_option("--data", session.place.data, "data folder of a daemon on this machine")
        ->type_name("DIR");
    root.add_option("--url", session.place.url, "admin address of a daemon, https://HOST:PORT")
        ->type_name("URL");
    root.add_option("--token-file", session.place.token_file, "file that holds the admin token")
        ->type_name("FILE");
    root.add_option("--ca", session.place.ca, "CA certificate of the daemon (PEM)")
        ->type_name("FILE");
    root.add_option("-o,--output", session.format, "human or json (default human)")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"human", "json"}));
}

int parse_and_run(CLI::App& root, Session& session, int argc, char** argv) {
    try {
        root.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return root.exit(error);  // --help, --version
        std::fprintf(
            stderr,
            "drawbridgectl: %s\nRun it with --help for more.\n",
            usage_text(root, error).c_str()
        );
        return static_cast<int>(ExitCode::usage);
    }
    session.action();
    return static_cast<int>(ExitCode::done);
}

int run(int argc, char** argv) {
    Session session;
    CLI::App root("Control program of a Drawbridge ingest daemon", "drawbridgectl");
    add_root_options(root, session);
    add_server_commands(root, session);
    add_owner_commands(root, session);
    add_ban_commands(root, session);
    add_review_commands(root, session);
    add_appeal_commands(root, session);
    add_event_commands(root, session);
    add_player_commands(root, session);
    add_status_commands(root, session);
    add_audit_commands(root, session);
    add_admin_commands(root, session);
    add_backup_commands(root, session);
    add_request_commands(root, session);
    add_breach_commands(root, session);
    add_key_commands(root, session);
    try {
        return parse_and_run(root, session, argc, argv);
    } catch (const Failure& failure) {
        std::fprintf(stderr, "drawbridgectl: %s\n", failure.what());
        return static_cast<int>(failure.code);
    }
}

}  // namespace
}  // namespace drawbridge::ctl

int main(int argc, char** argv) {
    drawbridge::base::allow_core_dumps(false
    );  // tokens, and raw identifiers before they are hashed
    try {
        return drawbridge::ctl::run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "drawbridgectl: %s\n", error.what());
    } catch (...) {
        std::fputs("drawbridgectl: unexpected exception\n", stderr);
    }
    return static_cast<int>(drawbridge::ctl::ExitCode::failed);
}
