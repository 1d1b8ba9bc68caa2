#include "ctl/connection.h"

#include "ctl/exit_code.h"
#include "store/files.h"

#include <boost/json.hpp>

#include <charconv>
#include <sys/stat.h>

namespace drawbridge::ctl {
namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t kDefaultPort = 8444;
constexpr std::size_t kMaxRuntimeFile = 4096;
constexpr std::size_t kMaxTokenFile = 4096;

std::string start_hint(const std::string& data) {
    return "no daemon is running on " + data + "; start it with: drawbridged serve --data " + data;
}

std::string read_text(const fs::path& file, std::size_t limit) {
    try {
        const auto bytes = store::read_file(file, limit);
        return {bytes.begin(), bytes.end()};
    } catch (const std::exception& error) {
        throw Failure(ExitCode::failed, error.what());
    }
}

/// `{"admin":"127.0.0.1:8444","pid":4711}`, written by the running daemon.
HostPort running_daemon(const fs::path& data) {
    const auto file = data / "runtime.json";
    if (!fs::exists(data)) {
        throw Failure(
            ExitCode::failed,
            "there is no folder " + data.string() + "; make it with: drawbridged init --data " +
                data.string()
        );
    }
    std::error_code denied;
    if (!fs::exists(file, denied)) {
        throw Failure(
            ExitCode::failed,
            denied ? data.string() + " is not readable for you; try: sudo drawbridgectl …"
                   : start_hint(data.string())
        );
    }
    boost::json::error_code error;
    const auto document = boost::json::parse(read_text(file, kMaxRuntimeFile), error);
    const auto* object = error ? nullptr : document.if_object();
    const auto* admin = object == nullptr ? nullptr : object->if_contains("admin");
    if (admin == nullptr || !admin->is_string()) {
        throw Failure(ExitCode::failed, file.string() + " is unreadable; restart the daemon");
    }
    auto place = parse_host_port(std::string(admin->get_string()), kDefaultPort);
    // Listening on every address includes this one.
    if (place.host == "0.0.0.0") place.host = "127.0.0.1";
    if (place.host == "::") place.host = "::1";
    return place;
}

Connection from_data(const Place& place) {
    const fs::path data(place.data);
    const auto [host, port] = running_daemon(data);
    Connection connection;
    connection.host = host;
    connection.port = port;
    connection.token =
        read_token(place.token_file.empty() ? data / "admin.token" : fs::path(place.token_file));
    connection.ca_file = place.ca.empty() ? (data / "ca.pem").string() : place.ca;
    connection.start_hint = start_hint(place.data);
    return connection;
}

Connection from_url(const Place& place) {
    constexpr std::string_view kScheme = "https://";
    if (!place.url.starts_with(kScheme)) {
        throw Failure(ExitCode::usage, "--url must begin with https://");
    }
    if (place.token_file.empty()) {
        throw Failure(ExitCode::usage, "--url needs --token-file FILE");
    }
    auto rest = place.url.substr(kScheme.size());
    if (rest.ends_with('/')) rest.pop_back();
    const auto [host, port] = parse_host_port(rest, kDefaultPort);
    Connection connection;
    connection.host = host;
    connection.port = port;
    connection.token = read_token(place.token_file);
    connection.ca_file = place.ca;
    connection.start_hint = "nobody answers at " + place.url +
                            "; check the address, and that the daemon listens there: drawbridged "
                            "serve --admin ADDR:PORT";
    return connection;
}

}  // namespace

Connection resolve(const Place& place) {
    if (place.data.empty() == place.url.empty()) {
        throw Failure(
            ExitCode::usage,
            "say which daemon: either --data DIR, or --url URL --token-file FILE [--ca FILE]"
        );
    }
    auto connection = place.data.empty() ? from_url(place) : from_data(place);
    if (!connection.ca_file.empty() && !fs::exists(connection.ca_file)) {
        throw Failure(ExitCode::failed, "there is no CA file " + connection.ca_file);
    }
    return connection;
}

HostPort parse_host_port(const std::string& text, std::uint16_t default_port) {
    const bool bracketed = text.starts_with('[');
    const auto end = bracketed ? text.find(']') : text.find(':');
    HostPort place{bracketed ? text.substr(1, end - 1) : text.substr(0, end), default_port};
    const auto colon = bracketed && end != std::string::npos ? end + 1 : end;
    bool well = !place.host.empty() && place.host.find('/') == std::string::npos &&
                (!bracketed || end != std::string::npos);
    if (well && colon < text.size()) {
        const auto* from = text.data() + colon + 1;
        const auto* to = text.data() + text.size();
        const auto [stop, error] = std::from_chars(from, to, place.port);
        well = text[colon] == ':' && from < to && stop == to && error == std::errc();
    }
    if (!well) throw Failure(ExitCode::usage, "expected HOST:PORT, got something else");
    return place;
}

std::string read_token(const fs::path& file) {
    struct stat status {};

    if (stat(file.c_str(), &status) == 0 && (status.st_mode & 077U) != 0) {
        throw Failure(
            ExitCode::failed,
            file.string() +
                " is readable by others; the token in it may be known. chmod 600 it, or "
                "better: admin add another and revoke this one"
        );
    }
    auto text = read_text(file, kMaxTokenFile);
    return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace drawbridge::ctl
