#include "ctl/client.h"

#include "ctl/exit_code.h"

#include <httplib.h>

#include <utility>

namespace drawbridge::ctl {
namespace {

std::string explain(httplib::Error error, const Connection& connection) {
    const auto where = connection.host + ":" + std::to_string(connection.port);
    const auto ca = connection.ca_file.empty() ? "the machine's roots" : connection.ca_file;
    switch (error) {
        case httplib::Error::Connection:
        case httplib::Error::ConnectionTimeout: return connection.start_hint;
        case httplib::Error::SSLServerVerification:
            return "the certificate at " + where + " does not go with " + ca +
                   " or is not for this host; give the CA of that daemon (ca.pem in its data "
                   "folder) with --ca";
        case httplib::Error::SSLLoadingCerts: return ca + " is no certificate in PEM form";
        case httplib::Error::SSLConnection:
            return "no TLS at " + where + ": is that the admin address of a drawbridged?";
        default: return "the connection to " + where + " broke; see the daemon's log";
    }
}

}  // namespace

struct Client::Impl {
    explicit Impl(Connection its_connection)
        : connection(std::move(its_connection)),
          http(connection.host, connection.port) {
        if (!connection.ca_file.empty()) http.set_ca_cert_path(connection.ca_file);
        http.enable_server_certificate_verification(true);
        http.set_bearer_token_auth(connection.token);
        http.set_url_encode(false);  // done by the caller, part by part
        http.set_keep_alive(true);
        http.set_tcp_nodelay(true);
        http.set_connection_timeout(5);
        http.set_read_timeout(30);
    }

    const Connection connection;
    httplib::SSLClient http;
};

Client::Client(Connection connection) : impl_(std::make_unique<Impl>(std::move(connection))) {}

Client::~Client() = default;

HttpAnswer
Client::send(const std::string& method, const std::string& target, const std::string& body) {
    httplib::Request request;
    request.method = method;
    request.path = target;
    if (method != "GET") {
        request.set_header("Content-Type", "application/json");
        request.body = body;
    }
    const auto result = impl_->http.send(request);
    if (!result) throw Failure(ExitCode::failed, explain(result.error(), impl_->connection));
    return {static_cast<unsigned>(result->status), result->body};
}

}  // namespace drawbridge::ctl
