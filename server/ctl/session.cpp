#include "ctl/session.h"

#include <cstdio>

namespace drawbridge::ctl {

Api& Session::api() {
    if (!api_) api_ = std::make_unique<Api>(resolve(place));
    return *api_;
}

void Session::print(const boost::json::object& document, const std::string& human) const {
    const auto text = is_json() ? boost::json::serialize(document) + "\n" : human;
    std::fwrite(text.data(), 1, text.size(), stdout);
}

CLI::App* add_command(
    CLI::App& parent,
    const std::string& name,
    const std::string& description,
    const std::string& examples
) {
    auto* command = parent.add_subcommand(name, description);
    command->fallthrough();
    command->footer("Examples:\n" + examples);
    return command;
}

}  // namespace drawbridge::ctl
