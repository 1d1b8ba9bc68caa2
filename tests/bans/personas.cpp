#include "bans/personas.h"

#include "ingest/fixture.h"

#include <fmt/format.h>

#include <algorithm>

namespace drawbridge::test {
namespace {

constexpr int kPersonas = 14;
constexpr int kMachines = 7;
constexpr int kTokens = 5;

bool is_token(const Named& named) {
    return named.type == IdentifierType::token;
}

}  // namespace

Personas::Personas(population::Random& random) : random_(random) {
    while (all_.size() < kPersonas) {
        all_.push_back(make());
    }
}

Persona Personas::make() {
    Persona made;
    const auto maybe = [&](double share, IdentifierType type, std::size_t of) {
        if (random_.chance(share))
            made.accounts.push_back({type, static_cast<int>(random_.below(of))});
    };
    if (random_.chance(0.85)) made.accounts.push_back({IdentifierType::license, ++licenses_});
    maybe(0.4, IdentifierType::license2, 5);
    maybe(0.2, IdentifierType::fivem, 40);
    maybe(0.4, IdentifierType::steam, 10);
    maybe(0.6, IdentifierType::discord, 8);
    maybe(0.2, IdentifierType::xbl, 5);
    if (made.accounts.empty()) made.accounts.push_back({IdentifierType::live, ++licenses_});
    made.machine = static_cast<int>(random_.below(kMachines));
    return made;
}

Persona Personas::anew() {
    auto back = any();
    const auto had = back.accounts;
    back.accounts = {{IdentifierType::license, ++licenses_}};
    for (const auto& account : had) {
        if (account.type != IdentifierType::license && random_.chance(0.3)) {
            back.accounts.push_back(account);
        }
    }
    if (random_.chance(0.3)) all_[random_.below(all_.size())] = back;
    return back;
}

std::vector<Named> Personas::some_accounts(const Persona& persona) {
    auto some = persona.accounts;
    if (random_.chance(0.6)) return some;
    std::erase_if(some, [&](const Named&) { return random_.chance(0.5); });
    if (some.empty()) some.push_back(random_.pick(persona.accounts));
    return some;
}

std::vector<Named> tokens_of(const Persona& persona, int owner) {
    std::vector<Named> tokens;
    for (int i = 0; i < kTokens; ++i) {
        tokens.push_back(
            {IdentifierType::token, (owner * kMachines + persona.machine) * kTokens + i}
        );
    }
    return tokens;
}

std::string describe(const std::vector<Named>& named) {
    std::string text;
    for (const auto& one : named) {
        text += fmt::format("{}{}:{}", text.empty() ? "" : " ", type_name(one.type), one.seed);
    }
    return text;
}

std::string print_player(const std::vector<Named>& named) {
    std::string tags;
    std::string tokens;
    for (const auto& one : named) {
        const auto tag = print_tag(tag_of(type_name(one.type), one.seed));
        auto& list = is_token(one) ? tokens : tags;
        if (!list.empty()) list += ',';
        list += is_token(one)
                    ? fmt::format(R"("{}")", tag.view())
                    : fmt::format(R"({{"type":"{}","tag":"{}"}})", type_name(one.type), tag.view());
    }
    return fmt::format(R"({{"tags":[{}],"tokens":[{}]}})", tags, tokens);
}

}  // namespace drawbridge::test
