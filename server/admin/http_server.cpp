#include "admin/http_server.h"

#include "admin/problem.h"
#include "admin/router.h"
#include "auth/random.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/thread_setup.h"
#include "base/work.h"
#include "pki/served_certificate.h"
#include "shared/encoding.h"

#include <httplib.h>

#include <atomic>
#include <map>
#include <stdexcept>
#include <thread>
#include <utility>

namespace drawbridge::admin {
namespace {

constexpr std::size_t kMaxBody = 1'048'576;
constexpr std::size_t kThreads = 8;
constexpr std::string_view kRoot = "/admin/v1/";
constexpr std::string_view kBearer = "Bearer ";

// The library's default is SO_REUSEPORT, with which a second daemon on this port would take half of
// the connections instead of being refused.
void set_reuse_address(socket_t socket) {
    const int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

void send(const Reply& reply, httplib::Response& response) {
    response.status = static_cast<int>(reply.status);
    response.set_header("Cache-Control", "no-store");
    response.set_content(reply.body, reply.content_type);
}

std::string bearer_of(const httplib::Request& request) {
    const auto field = request.get_header_value("Authorization");
    return field.starts_with(kBearer) ? field.substr(kBearer.size()) : std::string();
}

Request to_request(const httplib::Request& from) {
    Request request;
    request.method = from.method;
    // Split before decoding, so that a name with an encoded slash stays one segment.
    const auto path = std::string_view(from.target).substr(0, from.target.find('?'));
    if (path.starts_with(kRoot)) request.path = split_path(path.substr(kRoot.size()));
    request.query = {from.params.begin(), from.params.end()};
    request.address = from.remote_addr;
    request.agent = from.get_header_value("User-Agent");
    request.id = print_hex64(auth::random_below(UINT64_MAX)).view();
    request.now = base::unix_ms();
    return request;
}

bool is_chunked(const httplib::Request& request) {
    return request.has_header("Transfer-Encoding");
}

/// Reads the body away, so that the next request on the connection starts where it should.
void skip_body(const httplib::ContentReader& reader) {
    std::size_t skipped = 0;
    // A body beyond the limit costs the sender its connection.
    (void)reader([&](const char*, std::size_t size) {
        skipped += size;
        return skipped <= kMaxBody;
    });
}

/// Reads the body in pieces and stops at the limit. The library's own limit does not hold for
/// chunked bodies, so those are refused.
std::optional<Reply>
read_body(const httplib::Request& from, const httplib::ContentReader& reader, std::string& body) {
    if (is_chunked(from)) {
        skip_body(reader);
        return refuse(Problem::length_required, "Send the body with a Content-Length.");
    }
    bool fits = from.get_header_value<std::uint64_t>("Content-Length") <= kMaxBody;
    // The library skips what is longer, and unpacks what is packed.
    const bool read = reader([&](const char* data, std::size_t size) {
        fits = body.size() + size <= kMaxBody;
        if (fits) body.append(data, size);
        return fits;
    });
    if (!fits) return refuse(Problem::too_large, "The body is larger than 1 MiB.");
    if (!read) return refuse(Problem::bad_json, "The body ended early.");
    return std::nullopt;
}

}  // namespace

/// The library starts its threads itself: each is set up with its first connection.
class Threads final : public httplib::ThreadPool {
public:
    using ThreadPool::ThreadPool;

    void enqueue(std::function<void()> serve) override {
        ThreadPool::enqueue([serve = std::move(serve)] {
            base::set_up_thread("admin");
            const base::Work work("admin");
            serve();
        });
    }
};

struct HttpServer::Impl {
    Authenticate authenticate;
    Handle handle;
    Observe observe;
    std::unique_ptr<pki::ServedCertificate> certificate;  // outlives the server
    std::unique_ptr<httplib::SSLServer> server;
    std::thread thread;
    std::atomic<bool> ended{false};

    void serve(
        const httplib::Request& from,
        httplib::Response& to,
        const httplib::ContentReader* reader
    ) const {
        auto request = to_request(from);
        const auto reply = answer(from, reader, request);
        observe(request, reply);
        to.set_header("Request-Id", request.id);
        send(reply, to);
    }

    Reply answer(
        const httplib::Request& from,
        const httplib::ContentReader* reader,
        Request& request
    ) const {
        Reply refusal;
        if (!authenticate(bearer_of(from), request, refusal)) {
            // Not a chunked one: its framing has no limit, and nobody knows who sends it.
            if (reader != nullptr && !is_chunked(from)) skip_body(*reader);
            return refusal;
        }
        if (reader != nullptr) {
            if (auto problem = read_body(from, *reader, request.body)) return *std::move(problem);
        }
        return handle(request);
    }

    void add_handlers() {
        const std::string any = ".*";
        const auto with_body = [this](
                                   const httplib::Request& from,
                                   httplib::Response& to,
                                   const httplib::ContentReader& reader
                               ) { serve(from, to, &reader); };
        server->Get(any, [this](const httplib::Request& from, httplib::Response& to) {
            serve(from, to, nullptr);
        });
        server->Post(any, with_body);
        server->Put(any, with_body);
        server->Patch(any, with_body);
        server->Delete(any, with_body);
        // The library's own refusals (bad request line, payload too large) have no body.
        server->set_error_handler([](const httplib::Request&, httplib::Response& to) {
            if (!to.body.empty()) return;
            const auto status = static_cast<unsigned>(to.status);
            send(refuse(Problem::bad_json, "The request was not understood."), to);
            to.status = static_cast<int>(status);
        });
        // Its default handler would send what() in a header.
        server->set_exception_handler(
            [](const httplib::Request&, httplib::Response& to, const std::exception_ptr&) {
                base::log_error("admin: a request ended in an unexpected exception");
                send(refuse(Problem::internal, "The daemon's log says more."), to);
            }
        );
    }

    void set_limits() {
        server->set_socket_options(set_reuse_address);
        server->set_tcp_nodelay(true);  // else each answer waits 40 ms for an acknowledgement
        server->set_keep_alive_max_count(1000);
        server->set_keep_alive_timeout(2);  // a stop waits for idle connections
        server->set_read_timeout(10);
        server->set_write_timeout(10);
        server->set_payload_max_length(kMaxBody);
        server->new_task_queue = [] { return new Threads(kThreads); };
    }
};

HttpServer::HttpServer(Authenticate authenticate, Handle handle, Observe observe)
    : impl_(std::make_unique<Impl>()) {
    impl_->authenticate = std::move(authenticate);
    impl_->handle = std::move(handle);
    impl_->observe = std::move(observe);
}

HttpServer::~HttpServer() {
    stop();
}

std::uint16_t HttpServer::start(const HttpOptions& options) {
    impl_->server =
        std::make_unique<httplib::SSLServer>(options.certificate.c_str(), options.key.c_str());
    auto& server = *impl_->server;
    if (!server.is_valid()) {
        throw std::runtime_error(
            "the admin plane cannot use certificate " + options.certificate + " with key " +
            options.key
        );
    }
    SSL_CTX_set_min_proto_version(server.ssl_context(), TLS1_2_VERSION);
    impl_->certificate = std::make_unique<pki::ServedCertificate>(options.certificate, options.key);
    impl_->certificate->attach(server.ssl_context());
    impl_->set_limits();
    impl_->add_handlers();
    const int port = options.port == 0 ? server.bind_to_any_port(options.address)
                     : server.bind_to_port(options.address, options.port) ? options.port
                                                                          : -1;
    if (port <= 0) {
        throw std::runtime_error(
            "the admin plane cannot listen on " + options.address + ":" +
            std::to_string(options.port) + ": in use, or not an address of this machine"
        );
    }
    impl_->thread = std::thread([this] {
        base::set_up_thread("admin-listen");
        impl_->server->listen_after_bind();
        impl_->ended = true;
    });
    return static_cast<std::uint16_t>(port);
}

std::optional<std::string> HttpServer::reload_certificate() {
    try {
        impl_->certificate->load();
        return std::nullopt;
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

void HttpServer::stop() {
    if (!impl_->thread.joinable()) return;
    // The library's stop() does nothing until its loop runs, which may have ended by itself.
    while (!impl_->server->is_running() && !impl_->ended) {
        std::this_thread::yield();
    }
    impl_->server->stop();
    impl_->thread.join();
}

}  // namespace drawbridge::admin
