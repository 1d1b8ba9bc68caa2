#include "store/migrations.h"

#include "store/schema.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace drawbridge::store {
namespace {

struct Step {
    const char* schema;
    const char* set_version;  // PRAGMA takes no parameter
};

// The step at index n leads from schema n to n + 1.
constexpr int kNewest = 1;

Step step_from(int schema) {
    const std::array<Step, kNewest> steps{{
        {kSchema1, "PRAGMA user_version=1;"},
    }};
    return steps.at(static_cast<std::size_t>(schema));
}

void apply(Database& database, const Step& step) {
    database.execute("BEGIN IMMEDIATE;");
    try {
        database.execute(step.schema);
        database.execute(step.set_version);
        database.execute("COMMIT;");
    } catch (...) {
        if (database.in_transaction()) database.execute("ROLLBACK;");
        throw;
    }
}

}  // namespace

int newest_schema() {
    return kNewest;
}

int schema_of(Database& database) {
    auto query = database.query("PRAGMA user_version");
    return query.step() ? static_cast<int>(query.integer(0)) : 0;
}

void migrate(Database& database) {
    const int found = schema_of(database);
    if (found > newest_schema()) {
        throw std::runtime_error(fmt::format(
            "the database has schema {}, this program knows schemas up to {}: "
            "install the newer drawbridged that wrote it",
            found,
            newest_schema()
        ));
    }
    if (found == newest_schema()) return;
    if (const auto problems = quick_check(database); !problems.empty()) {
        throw std::runtime_error(
            "the database is damaged and was not migrated: restore a backup (" + problems.front() +
            ")"
        );
    }
    for (int schema = found; schema < newest_schema(); ++schema) {
        apply(database, step_from(schema));
    }
}

std::vector<std::string> quick_check(Database& database) {
    std::vector<std::string> problems;
    auto query = database.query("PRAGMA quick_check(20)");
    while (query.step()) {
        if (auto line = query.text(0); line != "ok") problems.push_back(std::move(line));
    }
    return problems;
}

}  // namespace drawbridge::store
