#include "ctl/link_text.h"

#include "ctl/api.h"
#include "ctl/duration.h"
#include "ctl/table.h"

namespace drawbridge::ctl {

std::string print_links(const boost::json::object& document, base::UnixMs now) {
    const auto* links = document.if_contains("links");
    if (links == nullptr || links->as_array().empty()) return {};
    Table table({"PROFILE", "AND", "RELATION", "BITS", "EVIDENCE", "BAN", "FOUND"});
    for (const auto& entry : links->as_array()) {
        const auto& link = entry.as_object();
        table.add(
            {text_of(link, "profile"),
             text_of(link, "other"),
             text_of(link, "relation"),
             text_of(link, "score"),
             text_of(link, "evidence"),
             text_of(link, "ban"),
             relative_time(number_of(link, "made_at").value_or(0), now)}
        );
    }
    return "\n" + table.print();
}

}  // namespace drawbridge::ctl
