// drawbridged: the command line of the ingest daemon. Exit codes: 0 done, 1 failed, 2 wrong usage.
#include "base/clock.h"
#include "base/core_dumps.h"
#include "base/version.h"
#include "config/endpoint.h"
#include "daemon/certs.h"
#include "daemon/check.h"
#include "daemon/data_folder.h"
#include "daemon/init.h"
#include "daemon/serve.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

using drawbridge::base::unix_ms;
using drawbridge::daemon::DataFolder;
namespace config = drawbridge::config;
namespace daemon = drawbridge::daemon;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr const char* kHint = "Run with --help for more information.\n";

struct Arguments {
    std::string data;
    daemon::InitOptions init;
    std::string listen;
    std::string admin;
    std::vector<std::string> hosts;
    bool renew = false;
    bool without_journal = false;
};

std::string endpoint_problem(const std::string& text) {
    return config::parse_endpoint(text)
               ? ""
               : "expected ADDRESS:PORT with an IP address, like 0.0.0.0:8443 or [::]:8443";
}

CLI::App* add_command(CLI::App& app, const char* name, const char* help, Arguments& arguments) {
    auto* command = app.add_subcommand(name, help);
    command->add_option("--data", arguments.data, "the data folder")->required()->type_name("DIR");
    return command;
}

void add_init(CLI::App& app, Arguments& arguments) {
    auto* command = add_command(app, "init", "make an instance in a new folder", arguments);
    command->add_option("--name", arguments.init.name, "shown to operators and staff")
        ->capture_default_str()
        ->type_name("NAME");
    command->add_option("--host", arguments.init.host, "how game servers reach this machine")
        ->capture_default_str()
        ->type_name("HOST");
    command->footer(
        "Makes the folder (0700) with configuration, master key, private CA, server certificate,\n"
        "database and the first admin token. Nothing that is there is overwritten.\n\n"
        "Example:\n"
        "  drawbridged init --data /var/lib/drawbridge --name \"Los Santos\" --host ban.example.org"
    );
}

void add_serve(CLI::App& app, Arguments& arguments) {
    auto* command = add_command(app, "serve", "run the daemon", arguments);
    command->add_option("--listen", arguments.listen, "game servers connect here")
        ->check(endpoint_problem)
        ->type_name("ADDR:PORT");
    command->add_option("--admin", arguments.admin, "staff and drawbridgectl connect here")
        ->check(endpoint_problem)
        ->type_name("ADDR:PORT");
    command->add_flag(
        "--without-journal",
        arguments.without_journal,
        "begin a new journal in place of the one that was lost"
    );
    command->footer(
        "Without the options the configuration says where; port 0 picks a free one. When it\n"
        "serves it prints one line:  ready data=ADDR:PORT admin=ADDR:PORT\n"
        "SIGTERM answers what was admitted and ends; SIGHUP reads the certificate again.\n\n"
        "Examples:\n"
        "  drawbridged serve --data /var/lib/drawbridge\n"
        "  drawbridged serve --data ./data --listen 127.0.0.1:0 --admin 127.0.0.1:0"
    );
}

void add_check(CLI::App& app, Arguments& arguments) {
    auto* command = add_command(app, "check", "look for mistakes, change nothing", arguments);
    command->footer(
        "Configuration, permissions, certificates, database and master key. Exit code 0: sound,\n"
        "1: every problem was named. May run beside the daemon.\n\n"
        "Example:\n"
        "  drawbridged check --data /var/lib/drawbridge"
    );
}

void add_certs(CLI::App& app, Arguments& arguments) {
    auto* command = add_command(app, "certs", "show or renew the server certificate", arguments);
    command->add_flag("--renew", arguments.renew, "make a new one under the same CA");
    command->add_option("--host", arguments.hosts, "further names or addresses it is good for")
        ->type_name("HOST")
        ->needs("--renew");
    command->footer(
        "Game servers trust the CA, so none of them notices a renewal. A running daemon takes\n"
        "the new certificate on SIGHUP.\n\n"
        "Examples:\n"
        "  drawbridged certs --data /var/lib/drawbridge\n"
        "  drawbridged certs --data /var/lib/drawbridge --renew --host 203.0.113.9"
    );
}

int run_init(const Arguments& arguments) {
    const DataFolder folder(arguments.data);
    daemon::init(folder, arguments.init, unix_ms());
    std::printf("%s", daemon::next_steps(folder, arguments.init).c_str());
    return kDone;
}

int run_serve(const Arguments& arguments) {
    daemon::ServeOptions options;
    if (!arguments.listen.empty()) options.data = config::parse_endpoint(arguments.listen);
    if (!arguments.admin.empty()) options.admin = config::parse_endpoint(arguments.admin);
    options.without_journal = arguments.without_journal;
    daemon::serve(DataFolder(arguments.data), options);
    return kDone;
}

int run_check(const Arguments& arguments) {
    const auto report = daemon::check(DataFolder(arguments.data), unix_ms());
    for (const auto& problem : report.problems) {
        std::fprintf(stderr, "problem: %s\n", problem.c_str());
    }
    for (const auto& warning : report.warnings) {
        std::fprintf(stderr, "warning: %s\n", warning.c_str());
    }
    if (!report.problems.empty()) return kFailed;
    std::printf("%s is sound\n", arguments.data.c_str());
    return kDone;
}

int run_certs(const Arguments& arguments) {
    const DataFolder folder(arguments.data);
    const auto now = unix_ms();
    if (arguments.renew) daemon::renew_certificate(folder, arguments.hosts, now);
    std::printf("%s", daemon::describe_certificates(folder, now).c_str());
    return kDone;
}

int tell_commands(const CLI::App& app) {
    const auto words = app.remaining(true);
    const bool is_word = !words.empty() && !words.front().starts_with('-');
    const auto problem =
        is_word ? "there is no \"" + words.front() + "\"; say" : std::string("say what to do:");
    std::fprintf(stderr, "drawbridged: %s init, serve, check or certs\n%s", problem.c_str(), kHint);
    return kWrongUsage;
}

int run(CLI::App& app, const Arguments& arguments) {
    if (app.got_subcommand("init")) return run_init(arguments);
    if (app.got_subcommand("serve")) return run_serve(arguments);
    if (app.got_subcommand("check")) return run_check(arguments);
    if (app.got_subcommand("certs")) return run_certs(arguments);
    return tell_commands(app);
}

void describe(CLI::App& app, Arguments& arguments) {
    app.set_version_flag("--version", "drawbridged " + std::string(drawbridge::base::version()));
    app.require_subcommand(0, 1);  // none is told in our own words
    add_init(app, arguments);
    add_serve(app, arguments);
    add_check(app, arguments);
    add_certs(app, arguments);
    app.footer(
        "A first try:\n"
        "  drawbridged init --data ./data\n"
        "  drawbridged serve --data ./data\n"
        "  drawbridgectl --data ./data server add \"Los Santos One\"\n"
        "drawbridged COMMAND --help says more."
    );
}

/// Help, version, or a mistake. CLI11 has a code for each mistake; ours is one for all.
int tell_parse_end(const CLI::App& app, const CLI::ParseError& error) {
    const auto extra = static_cast<int>(CLI::ExitCodes::ExtrasError);
    const bool unknown = error.get_exit_code() == extra && app.get_subcommands().empty();
    if (unknown) return tell_commands(app);
    return app.exit(error) == 0 ? kDone : kWrongUsage;
}

int parse_and_run(int argc, char** argv) {
    CLI::App app("The ingest daemon of a Drawbridge ban network.", "drawbridged");
    Arguments arguments;
    describe(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return tell_parse_end(app, error);
    }
    return run(app, arguments);
}

}  // namespace

int main(int argc, char** argv) {
    drawbridge::base::allow_core_dumps(false);  // every command reads keys
    try {
        return parse_and_run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "drawbridged: %s\n", error.what());
        return kFailed;
    }
}
