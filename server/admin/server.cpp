#include "admin/server.h"

#include "admin/context.h"
#include "admin/http_server.h"
#include "admin/problem.h"
#include "admin/router.h"
#include "auth/admin_tokens.h"
#include "base/log.h"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

namespace drawbridge::admin {
namespace {

// A wrong token is answered late, and only so many wait at once, so that guessing is slow and never
// keeps somebody with a right token out.
constexpr std::chrono::milliseconds kFailureDelay{250};
constexpr int kDelayedFailures = 2;

Options with_defaults(Options options) {
    if (options.public_certificate.empty()) options.public_certificate = options.certificate;
    return options;
}

}  // namespace

struct Server::Impl {
    Impl(Options its_options, ingest::Network& network, store::Writer& writer)
        : options(with_defaults(std::move(its_options))),
          context{network, writer, options, base::unix_ms()},
          router(make_router()),
          http(
              [this](const std::string& bearer, Request& request, Reply& refusal) {
                  return authenticate(bearer, request, refusal);
              },
              [this](const Request& request) { return handle(request); },
              [this](const Request& request, const Reply& reply) { log(request, reply); }
          ) {}

    bool authenticate(const std::string& bearer, Request& request, Reply& refusal);
    [[nodiscard]] Reply refuse_token();
    [[nodiscard]] Reply handle(const Request& request) const;
    void log(const Request& request, const Reply& reply) const;

    const Options options;
    const Context context;
    const Router router;
    std::atomic<int> delayed{0};
    HttpServer http;  // last: its threads use all else
};

bool Server::Impl::authenticate(const std::string& bearer, Request& request, Reply& refusal) {
    if (const auto token = auth::parse_admin_token(bearer)) {
        auth::AdminTokens tokens(context.reader(), *context.network.sealer);
        if (auto known = tokens.authenticate(*token)) {
            request.admin = std::move(known->name);
            request.owner = known->owner;
            return true;
        }
    }
    refusal = refuse_token();
    return false;
}

Reply Server::Impl::refuse_token() {
    if (delayed.fetch_add(1) >= kDelayedFailures) {
        --delayed;
        return refuse(Problem::too_many_requests, "Too many wrong tokens at once; try again.");
    }
    std::this_thread::sleep_for(kFailureDelay);
    --delayed;
    return refuse(Problem::unauthorized, "Send a working admin token as Authorization: Bearer.");
}

Reply Server::Impl::handle(const Request& request) const {
    try {
        return router.route(context, request);
    } catch (const store::AuditError& error) {
        base::log_error("admin: {} failed: {}", request.method, error.what());
        return refuse(
            error.is_unavailable() ? Problem::unavailable : Problem::internal,
            "This cannot be written into the audit, so nothing was done; the log says more."
        );
    } catch (const store::StoreError& error) {
        base::log_error("admin: {} failed in the store: {}", request.method, error.what());
        return error.is_unavailable() ? refuse(Problem::unavailable, "The store cannot commit now.")
                                      : refuse(Problem::internal, "The daemon's log says more.");
    } catch (const std::exception& error) {
        base::log_error("admin: {} failed: {}", request.method, error.what());
        return refuse(Problem::internal, "The daemon's log says more.");
    }
}

void Server::Impl::log(const Request& request, const Reply& reply) const {
    ingest::LoggedRequest logged;
    logged.at = request.now;
    logged.plane = ingest::LogPlane::admin;
    logged.status = reply.status;
    logged.endpoint = router.endpoint_of(request);
    logged.address = request.address;
    logged.agent = request.agent;
    logged.correlation = request.id;
    logged.admin = request.admin;
    context.network.requests.note(std::move(logged));
}

Server::Server(Options options, ingest::Network& network, store::Writer& writer)
    : impl_(std::make_unique<Impl>(std::move(options), network, writer)) {}

Server::~Server() = default;

std::uint16_t Server::start() {
    const auto& options = impl_->options;
    return impl_->http.start(
        {options.address, options.port, options.certificate.string(), options.key.string()}
    );
}

std::optional<std::string> Server::reload_certificate() {
    return impl_->http.reload_certificate();
}

void Server::stop() {
    impl_->http.stop();
}

}  // namespace drawbridge::admin
