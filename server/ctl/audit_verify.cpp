#include "ctl/audit_verify.h"

#include "ctl/exit_code.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <unistd.h>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kSilent{1};

/// Tells people on a terminal how far it is, once it takes longer than a moment.
class Progress {
public:
    Progress() : begun_(std::chrono::steady_clock::now()), on_(::isatty(STDERR_FILENO) == 1) {}

    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    ~Progress() {
        if (shown_) fmt::print(stderr, "\r\x1b[K");
    }

    void show(const std::string& verified, const std::string& entries) {
        if (!on_ || std::chrono::steady_clock::now() - begun_ < kSilent) return;
        shown_ = true;
        fmt::print(stderr, "\rverified {} of {} entries", verified, entries);
        std::fflush(stderr);
    }

private:
    const std::chrono::steady_clock::time_point begun_;
    const bool on_;
    bool shown_ = false;
};

std::string seq_of(const std::string& head) {
    return head.substr(0, head.find(':'));
}

/// The last stretch's answer, with the erased entries of all.
json::object walk(Session& session, const std::optional<std::string>& noted) {
    Progress progress;
    std::int64_t erased = 0;
    std::optional<std::string> from;
    for (;;) {
        auto answer =
            session.api().get(make_target({"audit", "verify"}, {{"after", from}, {"head", noted}}));
        from = text_of(answer, "verified");
        erased += number_of(answer, "erased").value_or(0);
        answer["erased"] = erased;
        if (answer.at("complete").as_bool()) return answer;
        progress.show(seq_of(*from), text_of(answer, "entries"));
    }
}

std::string describe(const json::object& answer) {
    const auto head = text_of(answer, "verified");
    auto text = fmt::format("the audit is whole: {} entries", seq_of(head));
    if (const auto erased = text_of(answer, "erased"); erased != "0") {
        text += fmt::format(", the texts of {} erased", erased);
    }
    return text + "\nhead  " + head + "\n";
}

}  // namespace

void verify_audit(Session& session, const std::optional<std::string>& noted) {
    const auto answer = walk(session, noted);
    const auto* broken = answer.at("broken").if_object();
    if (broken == nullptr) return session.print(answer, describe(answer));
    if (session.is_json()) session.print(answer, {});
    throw Failure(
        ExitCode::failed,
        fmt::format(
            "the audit is broken: {}; sound up to entry {}",
            text_of(*broken, "detail"),
            seq_of(text_of(answer, "verified"))
        )
    );
}

}  // namespace drawbridge::ctl
