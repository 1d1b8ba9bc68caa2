// What the writer has around the jobs of each transaction.
#include "store/test_jobs.h"
#include "store/writer.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace drawbridge::store;
using drawbridge::test::make_database;
using drawbridge::test::TempFolder;

namespace {

/// A writer that notes which hooks ran, in their order.
class Noted {
public:
    explicit Noted(bool ending_throws = false) : ending_throws_(ending_throws) {}

    /// The hooks that ran around this work, which may throw.
    std::vector<std::string> around(const std::function<void(Database&)>& work) {
        ran_.clear();
        try {
            writer_.run(work, nullptr);
        } catch (const std::runtime_error&) {
            ran_.emplace_back("refused");
        }
        return ran_;
    }

private:
    TransactionHooks hooks() {
        return {
            [this](Database&) { ran_.emplace_back("begun"); },
            [this](Database&) {
                if (ending_throws_) throw std::runtime_error("made up");
                ran_.emplace_back("ending");
            },
            [this] {
                ran_.emplace_back("committed");
                return false;
            }};
    }

    const bool ending_throws_;
    std::vector<std::string> ran_;  // touched by the store thread while `run` waits for it
    TempFolder folder_;
    Writer writer_{make_database(folder_), 10, nullptr, hooks()};
};

void insert_one(Database& database) {
    database.execute("INSERT INTO t(x) VALUES(1);");
}

using Ran = std::vector<std::string>;

}  // namespace

TEST_CASE("hooks run around the jobs, the last one after the commit alone") {
    Noted writer;
    CHECK((writer.around(insert_one) == Ran{"begun", "ending", "committed"}));
    const auto throws = [](Database& database) {
        database.execute("DELETE FROM t;");
        throw std::runtime_error("made up");
    };
    CHECK((writer.around(throws) == Ran{"begun", "refused"}));
    // The row is there again: UNIQUE.
    CHECK((writer.around(insert_one) == Ran{"begun", "refused"}));
}

TEST_CASE("a hook that throws undoes the transaction") {
    Noted writer(true);
    CHECK((writer.around(insert_one) == Ran{"begun", "refused"}));
    CHECK((writer.around(insert_one) == Ran{"begun", "refused"}));
}
