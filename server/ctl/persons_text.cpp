#include "ctl/persons_text.h"

#include "ctl/api.h"
#include "ctl/duration.h"

#include <fmt/format.h>

namespace drawbridge::ctl {

std::string print_persons(const boost::json::object& object, base::UnixMs now) {
    const auto limited_at = number_of(object, "persons_limited_at");
    return fmt::format(
        "{} of at most {}{}",
        text_of(object, "persons_today"),
        text_of(object, "persons_limit"),
        limited_at ? ", more were met " + relative_time(*limited_at, now) : ""
    );
}

}  // namespace drawbridge::ctl
