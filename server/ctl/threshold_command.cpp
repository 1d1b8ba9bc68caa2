// drawbridgectl server set-evidence.
#include "ctl/threshold_command.h"

#include "ctl/exit_code.h"
#include "ctl/reason.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string_view>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

struct Arguments {
    std::string name;
    std::optional<std::int64_t> ban;
    std::optional<std::int64_t> watch;
    bool reset = false;
    std::string reason;
};

std::string print_threshold(const json::object& evidence, const std::string& name) {
    const auto own = number_of(evidence, "own_" + name);
    const auto holds = number_of(evidence, name);
    if (!holds) return fmt::format("{} {}", name, own ? std::to_string(*own) : "-");
    if (!own) return fmt::format("{} {}", name, *holds);
    if (*own == *holds) return fmt::format("{} {} (own)", name, *holds);
    return fmt::format("{} {} (own {})", name, *holds, *own);
}

void set_thresholds(Session& session, const Arguments& arguments) {
    if (!arguments.ban && !arguments.watch && !arguments.reset) {
        throw Failure(ExitCode::usage, "say what to change: --ban, --watch or --reset");
    }
    json::object body;
    if (arguments.reset) body["reset"] = true;
    if (arguments.ban) body["ban"] = *arguments.ban;
    if (arguments.watch) body["watch"] = *arguments.watch;
    const auto target = make_target({"servers", arguments.name, "evidence"});
    const auto server = session.api().put(target, with_reason(body, arguments.reason));
    session.print(
        server,
        print_fields({{"name", text_of(server, "name")}, {"evidence", print_thresholds(server)}})
    );
}

}  // namespace

std::string print_thresholds(const json::object& server) {
    const auto* evidence = server.if_contains("evidence");
    if (evidence == nullptr || !evidence->is_object()) return "-";
    const auto& object = evidence->get_object();
    return print_threshold(object, "ban") + ", " + print_threshold(object, "watch");
}

void add_threshold_command(CLI::App& noun, Session& session) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "set-evidence",
        "let a server refuse and watch on more evidence only than the network",
        "  drawbridgectl --data DIR server set-evidence \"Los Santos One\" --ban 16\n"
        "  drawbridgectl --data DIR server set-evidence \"Los Santos One\" --reset\n"
        "\n"
        "In bits, and no less than [evidence] of the configuration. What is not named stays."
    );
    command->add_option("NAME", arguments->name, "name or id of the server")->required();
    command->add_option("--ban", arguments->ban, "refuse from so many bits; 1000: never")
        ->type_name("BITS");
    command->add_option("--watch", arguments->watch, "tell the operator from so many bits")
        ->type_name("BITS");
    command->add_flag("--reset", arguments->reset, "as the network, but for what is named");
    add_reason(*command, arguments->reason);
    command->callback([&session, arguments] {
        session.action = [&session, arguments] { set_thresholds(session, *arguments); };
    });
}

}  // namespace drawbridge::ctl
