// drawbridgectl key: what keys there are, and replacing them.
#include "ctl/duration.h"
#include "ctl/exit_code.h"
#include "ctl/progress_line.h"
#include "ctl/reason.h"
#include "ctl/session.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <thread>
#include <vector>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kAskEvery{300};

/// What the list says of the keys of one purpose.
struct Purpose {
    std::int64_t count = 0;
    std::int64_t replaced = 0;
    std::optional<base::UnixMs> first_week;
    std::optional<base::UnixMs> last_week;
};

std::string day(base::UnixMs moment) {
    constexpr std::size_t kDate = 10;
    return absolute_time(moment).substr(0, kDate);
}

std::string print_weeks(const Purpose& purpose) {
    if (!purpose.first_week) return "-";
    return fmt::format("{} to {}", day(*purpose.first_week), day(*purpose.last_week));
}

std::string print_keys(const json::object& answer, base::UnixMs now) {
    std::vector<std::string> order;
    std::map<std::string, Purpose> purposes;
    for (const auto& entry : answer.at("keys").as_array()) {
        const auto& key = entry.as_object();
        const auto name = text_of(key, "purpose");
        const auto [found, is_new] = purposes.try_emplace(name);
        if (is_new) order.push_back(name);
        auto& purpose = found->second;
        ++purpose.count;
        if (key.at("replaced").as_bool()) ++purpose.replaced;
        const auto week = number_of(key, "week_begins_at");
        if (!week) continue;
        purpose.first_week = std::min(purpose.first_week.value_or(*week), *week);
        purpose.last_week = std::max(purpose.last_week.value_or(*week), *week);
    }
    const auto since = relative_time(number_of(answer, "data_since").value_or(0), now);
    Table table({"PURPOSE", "KEYS", "REPLACED", "MADE", "WEEKS BEGINNING"});
    for (const auto& name : order) {
        const auto& purpose = purposes.at(name);
        table.add(
            {name,
             std::to_string(purpose.count),
             std::to_string(purpose.replaced),
             purpose.first_week ? "week by week" : since,
             print_weeks(purpose)}
        );
    }
    return table.print();
}

std::string print_master(const json::object& answer, base::UnixMs now) {
    return fmt::format(
        "all wrapped by the master key, made {}\n",
        relative_time(number_of(answer, "master_since").value_or(0), now)
    );
}

void list(Session& session) {
    const auto answer = session.api().get(make_target({"keys"}));
    session.print(answer, print_keys(answer, session.now()) + print_master(answer, session.now()));
}

std::string describe_rotation(const json::object& answer) {
    auto text = fmt::format(
        "the master key was replaced; {} opened by the new one\n",
        print_count(number_of(answer, "backups").value_or(0), "backup is", "backups are")
    );
    for (const auto& name : answer.at("backups_not_ours").as_array()) {
        text +=
            fmt::format("not opened by the old one, left alone: {}\n", name.as_string().c_str());
    }
    return text + "copy the new master.key to where you keep the copy of the old one, now\n";
}

void rotate(Session& session, const std::string& reason) {
    const auto answer =
        session.api().post(make_target({"keys", "rotate"}), with_reason({}, reason));
    session.print(answer, describe_rotation(answer));
}

void add_rotate(CLI::App& noun, Session& session) {
    auto* command = add_command(
        noun,
        "rotate",
        "a new master key, at once: all keys and backups are wrapped anew",
        "  drawbridgectl --data DIR key rotate --reason \"the key's copy was not kept well\""
    );
    auto reason = std::make_shared<std::string>();
    add_reason(*command, *reason);
    command->callback([&session, reason] {
        session.action = [&session, reason] { rotate(session, *reason); };
    });
}

bool is_done(const json::object& reencryption) {
    return text_of(reencryption, "state") == "done";
}

std::string describe_end(const json::object& reencryption, bool waited) {
    if (!waited) {
        return fmt::format(
            "re-encryption under way, {} %; `key reencrypt` again shows how far it is\n",
            text_of(reencryption, "percent")
        );
    }
    const auto seconds = (number_of(reencryption, "finished_at").value_or(0) -
                          number_of(reencryption, "started_at").value_or(0)) /
                         base::kSecondMs;
    return fmt::format(
        "{} rewritten under new keys in {}; the old keys are destroyed\n",
        print_count(number_of(reencryption, "rewritten").value_or(0), "cell", "cells"),
        print_duration(seconds)
    );
}

void reencrypt(Session& session, const std::string& reason, bool waits) {
    auto state = session.api().post(make_target({"keys", "reencrypt"}), with_reason({}, reason));
    const bool begun = state.at("begun").as_bool();
    if (!begun) {
        fmt::print(
            stderr,
            "a re-encryption begun {} is under way\n",
            relative_time(number_of(state, "started_at").value_or(0), session.now())
        );
    }
    ProgressLine line;
    while (waits && !is_done(state)) {
        std::this_thread::sleep_for(kAskEvery);
        state = session.api().get(make_target({"keys", "reencryption"}));
        line.show(text_of(state, "state"), number_of(state, "percent").value_or(0));
    }
    line.clear();
    state["begun"] = begun;
    session.print(state, describe_end(state, waits));
}

void add_reencrypt(CLI::App& noun, Session& session) {
    auto* command = add_command(
        noun,
        "reencrypt",
        "new data and index keys for every sealed row, beside the service",
        "  drawbridgectl --data DIR key reencrypt --reason \"a copy of the database got lost\"\n"
        "  drawbridgectl --data DIR key reencrypt --no-wait"
    );

    struct Arguments {
        std::string reason;
        bool no_wait = false;
    };

    auto arguments = std::make_shared<Arguments>();
    add_reason(*command, arguments->reason);
    command->add_flag("--no-wait", arguments->no_wait, "begin it and return");
    command->callback([&session, arguments] {
        session.action = [&session, arguments] {
            reencrypt(session, arguments->reason, !arguments->no_wait);
        };
    });
}

}  // namespace

void add_key_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "key",
        "the keys of the database; no command shows one",
        "  drawbridgectl --data DIR key list"
    );
    noun->require_subcommand(1);
    auto* list_command = add_command(
        *noun,
        "list",
        "what for, how many, how old",
        "  drawbridgectl --data DIR key list\n"
        "  drawbridgectl --data DIR -o json key list"
    );
    list_command->callback([&session] { session.action = [&session] { list(session); }; });
    add_rotate(*noun, session);
    add_reencrypt(*noun, session);
}

}  // namespace drawbridge::ctl
