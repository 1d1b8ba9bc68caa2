#include "ingest/poll.h"

#include "shared/encoding.h"
#include "shared/limits.h"

#include <string>
#include <utility>

namespace drawbridge::ingest {
namespace {

/// Takes `name` and the value up to the next `&` from the front of `rest`.
std::optional<std::string_view> take_member(std::string_view& rest, std::string_view name) {
    if (!rest.starts_with(name)) return std::nullopt;
    rest.remove_prefix(name.size());
    const auto end = std::min(rest.find('&'), rest.size());
    const auto value = rest.substr(0, end);
    rest.remove_prefix(end);
    return value;
}

}  // namespace

std::optional<PollQuery> parse_poll_query(std::string_view query) {
    const auto network = take_member(query, "?network=");
    const auto owner = network ? take_member(query, "&owner=") : std::nullopt;
    const auto wait = owner ? take_member(query, "&wait=") : std::nullopt;
    if (!wait || !query.empty()) return std::nullopt;
    const auto network_cursor = parse_cursor(*network);
    const auto owner_cursor = parse_cursor(*owner);
    const auto seconds = parse_decimal(*wait);
    if (!network_cursor || !owner_cursor || !seconds || *seconds > kMaxPollSeconds) {
        return std::nullopt;
    }
    return PollQuery{*network_cursor, *owner_cursor, static_cast<unsigned>(*seconds)};
}

bool PollAnswers::has_news(const PollTicket& ticket) const {
    const auto network = lists_.view(bans::kNetworkList);
    const auto owner = lists_.view(ticket.request.key().server->owner_row);
    return (network && network->is_news_for(ticket.network)) ||
           (owner && owner->is_news_for(ticket.owner));
}

std::optional<SharedBody> PollAnswers::body(const PollTicket& ticket) const {
    const auto network = lists_.view(bans::kNetworkList);
    const auto owner = lists_.view(ticket.request.key().server->owner_row);
    const bool owner_news = owner && owner->is_news_for(ticket.owner);
    const bool network_news = network && network->is_news_for(ticket.network);
    if (!owner_news && !network_news) return std::nullopt;
    if (!owner_news) {
        auto hit = cached_.with([&](const Cached& cached) -> std::optional<SharedBody> {
            if (cached.view == network && cached.from == ticket.network) return cached.body;
            return std::nullopt;
        });
        if (hit) return hit;
    }
    std::string bytes;
    if (network_news) network->append_sections(ticket.network, bytes);
    if (owner_news) owner->append_sections(ticket.owner, bytes);
    auto body = share_body(std::move(bytes));
    if (!owner_news) {
        cached_.with([&](Cached& cached) { cached = Cached{network, ticket.network, body}; });
    }
    return body;
}

}  // namespace drawbridge::ingest
