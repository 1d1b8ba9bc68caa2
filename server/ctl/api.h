// The admin plane as calls: JSON in, JSON out, refusals as Failure with the right exit code. For
// this folder's .cpp files only.
#pragma once

#include "base/clock.h"
#include "ctl/client.h"

#include <boost/json.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drawbridge::ctl {

/// Parameters without a value are left out.
using QueryParameters = std::vector<std::pair<std::string_view, std::optional<std::string>>>;

/// Path segments below /admin/v1/, each encoded by itself.
[[nodiscard]] std::string
make_target(std::initializer_list<std::string_view> path, const QueryParameters& query = {});

/// One thread. All throw Failure.
class Api {
public:
    explicit Api(Connection connection) : client_(std::move(connection)) {}

    [[nodiscard]] boost::json::object get(const std::string& target);
    [[nodiscard]] std::string get_text(const std::string& target);
    [[nodiscard]] boost::json::object
    post(const std::string& target, const boost::json::object& body = {});
    [[nodiscard]] boost::json::object
    put(const std::string& target, const boost::json::object& body);

private:
    [[nodiscard]] std::string
    send(const std::string& method, const std::string& target, const std::string& body);

    Client client_;
};

// Members of an answer for people: "-", 0 or nothing where there is none, as in what an operator is
// told.
[[nodiscard]] std::string text_of(const boost::json::object& object, std::string_view name);
[[nodiscard]] std::optional<std::int64_t>
number_of(const boost::json::object& object, std::string_view name);
[[nodiscard]] const boost::json::array&
array_of(const boost::json::object& object, std::string_view name);
/// As relative_time.
[[nodiscard]] std::string
age_of(const boost::json::object& object, std::string_view name, base::UnixMs now);

}  // namespace drawbridge::ctl
