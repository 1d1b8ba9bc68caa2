#include "shared/signature_base.h"

namespace drawbridge {

bool write_signature_base(
    std::span<const BaseLine> lines,
    std::string_view parameters,
    SignatureBase& out
) {
    constexpr std::string_view kLineBreaks{"\r\n\0", 3};
    out.clear();
    for (const BaseLine& line : lines) {
        if (line.value.find_first_of(kLineBreaks) != std::string_view::npos) return false;
        const bool fits = out.append(line.identifier) && out.append(": ") &&
                          out.append(line.value) && out.append('\n');
        if (!fits) return false;
    }
    return out.append("\"@signature-params\": ") && out.append(parameters);
}

}  // namespace drawbridge
