#include "admin/reads.h"

#include <map>
#include <memory>
#include <string>

namespace drawbridge::admin {

store::Database& read_connection(const std::filesystem::path& file) {
    thread_local std::map<std::string, std::unique_ptr<store::Database>> connections;
    auto& connection = connections[file.string()];
    if (!connection) {
        connection = std::make_unique<store::Database>(file, store::Database::Mode::read_only);
    }
    return *connection;
}

}  // namespace drawbridge::admin
