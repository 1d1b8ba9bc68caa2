// population_report: how well the engine tells persons apart, on a made-up population.
#include "population/print.h"
#include "population/run.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <unistd.h>

namespace {

using namespace drawbridge::population;

struct Options {
    Settings settings;
    std::string format = "human";
    std::size_t examples = 0;
    bool explain = false;
    bool thresholds = false;
    double least_precision = 0;
    double least_recall = 0;
};

void declare(CLI::App& app, Options& options) {
    auto& settings = options.settings;
    app.add_option("--seed", settings.seed, "the same seed is the same world")
        ->capture_default_str();
    app.add_option("--persons", settings.persons)
        ->check(CLI::Range(1000, 1'000'000))
        ->capture_default_str();
    app.add_option("--servers", settings.servers, "at least as many as owners")
        ->check(CLI::Range(2, 10'000))
        ->capture_default_str();
    app.add_option("--owners", settings.owners)
        ->check(CLI::Range(2, 10'000))
        ->capture_default_str();
    app.add_option("--days", settings.days)->check(CLI::Range(10, 365))->capture_default_str();
    app.add_option(
           "--newcomers",
           settings.newcomers,
           "share of the persons who first play within the days"
    )
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--evaders", settings.evaders, "share of the persons")
        ->check(CLI::Range(0.0, 0.5))
        ->capture_default_str();
    app.add_option("--joins", settings.joins_per_person, "mean per person")
        ->check(CLI::Range(0.1, 1000.0))
        ->capture_default_str();
    app.add_option("-o", options.format, "human or json")
        ->check(CLI::IsMember({"human", "json"}))
        ->capture_default_str();
    app.add_option(
        "--examples",
        options.examples,
        "how many cases of each kind of error to show, below the table"
    );
    app.add_flag(
        "--explain",
        options.explain,
        "count, below the table, the evidence behind each wrong refusal and each miss"
    );
    app.add_flag(
        "--thresholds",
        options.thresholds,
        "how far other thresholds would have gone, each join judged by itself"
    );
    app.add_option("--precision", options.least_precision, "exit 1 when it is below this share")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--recall", options.least_recall, "the same")->check(CLI::Range(0.0, 1.0));
}

void show_progress(double done) {
    fmt::print(stderr, "\r{:3.0f} %", 100 * done);
}

void print_details(const Options& options, const Report& report) {
    if (options.thresholds) fmt::print("{}", print_thresholds(report));
    if (options.explain) fmt::print("{}", print_reasons(report));
    if (options.examples != 0) fmt::print("{}", print_examples(report, options.examples));
}

int run(const Options& options) {
    const auto& settings = options.settings;
    if (settings.servers < settings.owners) {
        fmt::print(stderr, "population_report: --servers must be at least --owners\n");
        return 2;
    }
    const bool on_terminal = isatty(STDERR_FILENO) == 1;
    const auto report = run(settings, on_terminal ? show_progress : nullptr);
    if (on_terminal) fmt::print(stderr, "\r     \r");
    fmt::print(
        "{}",
        options.format == "json" ? print_json(settings, report) : print_table(settings, report)
    );
    if (options.format == "human") print_details(options, report);
    const bool is_met =
        report.precision() >= options.least_precision && report.recall() >= options.least_recall;
    return is_met ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
    CLI::App app("Drives the engine with a made-up population and prints whom it refused.");
    Options options;
    declare(app, options);
    CLI11_PARSE(app, count, values);
    try {
        return run(options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "population_report: {}\n", error.what());
        return 1;
    }
}
