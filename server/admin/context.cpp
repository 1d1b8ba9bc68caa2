#include "admin/context.h"

#include <stdexcept>

namespace drawbridge::admin {

void Context::write(const std::function<void(ingest::UnitOfWork&)>& work) const {
    ingest::run_unit(network, writer, [&](ingest::UnitOfWork& unit) {
        const auto before = unit.database.rows_changed();
        work(unit);
        if (unit.database.rows_changed() != before && unit.audited() == 0) {
            throw std::logic_error("a change was not audited and was undone");
        }
    });
}

}  // namespace drawbridge::admin
