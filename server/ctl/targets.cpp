#include "ctl/targets.h"

#include "ctl/exit_code.h"
#include "shared/encoding.h"
#include "shared/limits.h"

#include <istream>

namespace drawbridge::ctl {
namespace {

std::vector<std::string> words_of(const std::vector<std::string>& arguments, std::istream& input) {
    std::vector<std::string> words;
    for (const auto& argument : arguments) {
        if (argument != "-") {
            words.push_back(argument);
            continue;
        }
        std::string word;
        while (words.size() <= kMaxPlayerTags && input >> word) {
            words.push_back(word);
        }
    }
    return words;
}

}  // namespace

std::vector<Identifier>
read_targets(const std::vector<std::string>& arguments, std::istream& input) {
    const auto words = words_of(arguments, input);
    if (words.empty()) throw Failure(ExitCode::usage, "no identifier given: expected TYPE:VALUE");
    if (words.size() > kMaxPlayerTags) {
        throw Failure(
            ExitCode::usage,
            "at most " + std::to_string(kMaxPlayerTags) + " identifiers at a time"
        );
    }
    std::vector<Identifier> identifiers;
    for (const auto& word : words) {
        const auto parsed = parse_identifier(word);
        if (!parsed.identifier) {
            throw Failure(
                ExitCode::usage,
                "identifier " + std::to_string(identifiers.size() + 1) + ": " +
                    std::string(error_text(parsed.error))
            );
        }
        identifiers.push_back(*parsed.identifier);
    }
    return identifiers;
}

std::vector<TypedTag> tag_targets(Api& api, const std::vector<Identifier>& identifiers) {
    const auto answer = api.post(make_target({"tag-key"}));
    const auto bytes = parse_base64url<kKeyBytes>(text_of(answer, "key"));
    if (!bytes) throw Failure(ExitCode::failed, "the daemon's tag key is unreadable");
    const Secret tag_key(*bytes);
    std::vector<TypedTag> tags;
    tags.reserve(identifiers.size());
    for (const auto& identifier : identifiers) {
        tags.push_back({identifier.type, tag_identifier(tag_key, identifier)});
    }
    return tags;
}

QueryParameters::value_type
player_parameter(Api& api, const std::string& text, std::istream& input) {
    if (parse_decimal(text)) return {"profile", text};
    const auto identifiers = read_targets({text}, input);
    if (identifiers.size() != 1) throw Failure(ExitCode::usage, "one identifier at a time");
    const auto tags = tag_targets(api, identifiers);
    return {"tag", std::string(print_tag(tags.front().tag).view())};
}

}  // namespace drawbridge::ctl
