// One run of drawbridgectl: what the command line said before any verb, and the verb to run.
#pragma once

#include "base/clock.h"
#include "ctl/api.h"
#include "ctl/connection.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <functional>
#include <memory>
#include <string>

namespace drawbridge::ctl {

/// Main thread.
class Session {
public:
    Place place;
    std::string format = "human";

    /// The verb; set while the command line is parsed, run after it.
    std::function<void()> action;

    [[nodiscard]] bool is_json() const { return format == "json"; }

    /// Connects on first use. Throws Failure.
    [[nodiscard]] Api& api();

    [[nodiscard]] base::UnixMs now() const { return now_; }

    /// With `-o json` the document, else `human`.
    void print(const boost::json::object& document, const std::string& human) const;

private:
    const base::UnixMs now_ = base::unix_ms();
    std::unique_ptr<Api> api_;
};

/// A noun or verb whose help ends with examples, and which also takes the options of its parents.
CLI::App* add_command(
    CLI::App& parent,
    const std::string& name,
    const std::string& description,
    const std::string& examples
);

// Each adds one noun with its verbs.
void add_server_commands(CLI::App& root, Session& session);
void add_owner_commands(CLI::App& root, Session& session);
void add_ban_commands(CLI::App& root, Session& session);
void add_event_commands(CLI::App& root, Session& session);
void add_review_commands(CLI::App& root, Session& session);
void add_appeal_commands(CLI::App& root, Session& session);
void add_player_commands(CLI::App& root, Session& session);
void add_status_commands(CLI::App& root, Session& session);
void add_audit_commands(CLI::App& root, Session& session);
void add_admin_commands(CLI::App& root, Session& session);
void add_backup_commands(CLI::App& root, Session& session);
void add_request_commands(CLI::App& root, Session& session);
void add_breach_commands(CLI::App& root, Session& session);
void add_key_commands(CLI::App& root, Session& session);

}  // namespace drawbridge::ctl
