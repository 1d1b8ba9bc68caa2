#include "ctl/usage.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace drawbridge::ctl {
namespace {

/// Short, of small letters and hyphens: a mistyped verb or option, no identifier, name or token.
bool is_harmless(std::string_view word) {
    constexpr std::size_t kLongest = 24;
    return !word.empty() && word.size() <= kLongest &&
           std::ranges::all_of(word, [](char c) { return c == '-' || (c >= 'a' && c <= 'z'); });
}

const CLI::App& deepest(const CLI::App& root) {
    const auto* app = &root;
    while (!app->get_subcommands().empty()) {
        app = app->get_subcommands().back();
    }
    return *app;
}

std::string names_of_subcommands(const CLI::App& app) {
    std::vector<std::string> names;
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(command->get_name());
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

/// Words nobody took: the program's for a noun, the noun's for a verb.
std::string missing_command_text(const CLI::App& root) {
    const auto& app = deepest(root);
    const auto choice = names_of_subcommands(app);
    const auto where = &app == &root ? std::string() : app.get_name() + " ";
    for (const auto& word : root.remaining(true)) {
        if (word.starts_with('-')) continue;
        const auto shown = is_harmless(word) ? fmt::format(" \"{}{}\"", where, word)
                                             : fmt::format(" such {}command", where);
        return fmt::format("there is no{}; say {}{}", shown, where, choice);
    }
    return fmt::format("say what to do: {}{}", where, choice);
}

std::string extras_text(const CLI::App& root) {
    for (const auto& word : root.remaining(true)) {
        if (word.starts_with("--") && is_harmless(word)) {
            return fmt::format("there is no option {} here", word);
        }
    }
    return "there is an argument too many, or an option that is none";
}

}  // namespace

std::string usage_text(const CLI::App& root, const CLI::ParseError& error) {
    const auto code = static_cast<CLI::ExitCodes>(error.get_exit_code());
    const auto& app = deepest(root);
    const bool has_commands = !app.get_subcommands([](const CLI::App*) { return true; }).empty();
    if (code == CLI::ExitCodes::RequiredError && has_commands) return missing_command_text(root);
    // What CLI11 says of extra arguments repeats them, and one may be a player's identifier.
    if (code == CLI::ExitCodes::ExtrasError) return extras_text(root);
    return error.what();
}

}  // namespace drawbridge::ctl
