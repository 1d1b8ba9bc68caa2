// What an operator sees, and nothing else. Every document is made here member by member; none is a
// staff's document with something taken away, so that a member which is new there stays there.
//
//   own servers, their events, the players seen there, the bans they made, what they said in cases;
//   of another's ban, for a player of theirs whom it keeps out: code, reason, category and expiry.
//
// Never: who reported, what another owner's servers said, did or saw, names of staff and their
// notes, tags, the list. For this folder's .cpp files only.
#pragma once

#include "admin/context.h"
#include "bans/ban.h"
#include "events/event_queries.h"
#include "review/cases.h"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace drawbridge::admin {

/// For one request.
class OperatorView {
public:
    OperatorView(const Context& context, std::int64_t owner) : context_(context), owner_(owner) {}

    [[nodiscard]] const Context& context() const { return context_; }

    /// owners.id
    [[nodiscard]] std::int64_t owner() const { return owner_; }

    /// Its row. Nothing: there is none of this name, or it is another's.
    [[nodiscard]] std::optional<std::int64_t> find_server(const std::string& name_or_id) const;
    [[nodiscard]] boost::json::array servers() const;
    [[nodiscard]] std::optional<boost::json::object> server(std::int64_t row) const;

    /// Of an event of an own server.
    [[nodiscard]] boost::json::object event(const events::EventRecord& event) const;

    /// Nothing: it was not seen on an own server, as far back as joins are kept.
    [[nodiscard]] std::optional<boost::json::object> player(std::int64_t profile, base::UnixMs now)
        const;

    /// Nothing: there is none, or it is another's and keeps nobody out who was seen here.
    [[nodiscard]] std::optional<boost::json::object> ban(std::uint64_t number, base::UnixMs now)
        const;

    /// Nothing: there is none, or no own server has said anything in it.
    [[nodiscard]] std::optional<boost::json::object> review_case(std::int64_t id) const;

private:
    [[nodiscard]] bool owns(std::int64_t server) const;
    [[nodiscard]] bool keeps_out(const bans::Ban& ban, base::UnixMs now) const;
    [[nodiscard]] boost::json::array bans_against(std::int64_t profile, base::UnixMs now) const;
    [[nodiscard]] boost::json::array own_statements(std::int64_t id) const;

    const Context& context_;
    const std::int64_t owner_;
};

}  // namespace drawbridge::admin
