// An instance as `init` leaves it, in a folder of its own.
#pragma once

#include "daemon/data_folder.h"
#include "daemon/init.h"
#include "store/files.h"
#include "temp_folder.h"

#include <string>

namespace drawbridge::test {

inline constexpr base::UnixMs kNow = 1'763'690'000'000;

struct Instance {
    explicit Instance(const std::string& host = "localhost") {
        daemon::init(folder, {"made up", host}, kNow);
    }

    TempFolder temp;
    daemon::DataFolder folder{temp / "data"};
};

inline std::string read_text(const std::filesystem::path& file) {
    const auto content = store::read_file(file, 1 << 24);
    return {content.begin(), content.end()};
}

inline void write_text(const std::filesystem::path& file, const std::string& text) {
    store::write_file(file, store::as_bytes(text), store::Existing::replace);
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace drawbridge::test
