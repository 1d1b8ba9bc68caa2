#include "population/run.h"

#include "population/engine.h"

#include <algorithm>

namespace drawbridge::population {
namespace {

constexpr std::size_t kMostTogether = 500;
constexpr int kProgressEvery = 64;  // transactions

/// What one transaction holds: what happens before anybody reacts to any of it, up to the first
/// change of the bans, which those after it are to see.
std::vector<Happening> take_batch(World& world) {
    std::vector<Happening> batch;
    auto before = kNever;
    while (batch.size() < kMostTogether) {
        auto happening = world.next(before);
        if (!happening) break;
        before = std::min(before, happening->at + kReaction);
        batch.push_back(*std::move(happening));
        if (batch.back().what > What::invented_join) break;
    }
    return batch;
}

}  // namespace

Report run(const Settings& settings, const std::function<void(double)>& progress) {
    World world(settings);
    Engine engine(world.landscape());
    Score score(world);
    int transactions = 0;
    for (auto batch = take_batch(world); !batch.empty(); batch = take_batch(world)) {
        const auto answers = engine.apply(batch);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (batch[i].what == What::join) world.answer(batch[i], answers[i]);
            score.saw(batch[i], answers[i]);
        }
        if (!progress || ++transactions % kProgressEvery != 0) continue;
        const auto done = static_cast<double>(batch.back().at - kStart);
        progress(done / static_cast<double>(settings.end() - kStart));
    }
    auto report = score.finish();
    report.foreign_lifts = engine.foreign_lifts();
    return report;
}

}  // namespace drawbridge::population
