#include "admin/context.h"

#include <exception>
#include <stdexcept>

namespace drawbridge::admin {
namespace {

/// Rolls a unit of work back: thrown at its end.
struct RehearsalOver : std::exception {};

}  // namespace

void Context::write(const std::function<void(ingest::UnitOfWork&)>& work) const {
    ingest::run_unit(network, writer, [&](ingest::UnitOfWork& unit) {
        const auto before = unit.database.rows_changed();
        work(unit);
        if (unit.database.rows_changed() != before && unit.audited() == 0) {
            throw std::logic_error("a change was not audited and was undone");
        }
    });
}

void Context::rehearse(const std::function<void(ingest::UnitOfWork&)>& work) const {
    try {
        ingest::run_unit(network, writer, [&](ingest::UnitOfWork& unit) {
            work(unit);
            throw RehearsalOver();
        });
    } catch (const RehearsalOver&) {
        return;  // all of it was undone
    }
}

}  // namespace drawbridge::admin
