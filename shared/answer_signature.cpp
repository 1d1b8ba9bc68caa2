#include "shared/answer_signature.h"

#include "shared/signature_input.h"

#include <algorithm>
#include <array>
#include <span>

namespace drawbridge {
namespace {

constexpr std::string_view kLabel = "sig1=";
constexpr std::size_t kMaxLines = 7;
constexpr std::array<std::string_view, 4> kParameterNames = {"created", "keyid", "tag", "alg"};

// `"signature";req;key="<label>"`
using BoundIdentifier = FixedText<24 + kMaxSignatureLabel>;
// `:<base64>:`
using MacValue = FixedText<base64_length(sizeof(Mac)) + 2>;

// The lines an answer's signature covers, in the order of the profile.
class AnswerLines {
public:
    [[nodiscard]] bool build(const RequestContext& request, const AnswerMessage& answer) {
        status_ = print_decimal(answer.status);
        char base64[base64_length(sizeof(Mac))];
        const std::string_view mac{base64, encode_base64(request.mac, base64)};
        const bool fits = bound_.append("\"signature\";req;key=\"") &&
                          bound_.append(request.label) && bound_.append('"') && mac_.append(':') &&
                          mac_.append(mac) && mac_.append(':');
        add("\"@status\"", status_.view());
        if (!answer.content_digest.empty()) {
            add("\"content-type\"", answer.content_type);
            add("\"content-digest\"", answer.content_digest);
        }
        add("\"@method\";req", request.method);
        add("\"@path\";req", request.path);
        add("\"@query\";req", request.query);
        add(bound_.view(), mac_.view());
        return fits;
    }

    [[nodiscard]] std::span<const BaseLine> lines() const { return std::span(lines_).first(size_); }

    // The inner list without its parameters.
    [[nodiscard]] bool write_members(FixedText<kMaxSignatureField>& out) const {
        bool fits = out.append('(');
        for (std::size_t i = 0; i < size_; ++i) {
            fits = fits && (i == 0 || out.append(' ')) && out.append(lines_[i].identifier);
        }
        return fits && out.append(')');
    }

private:
    void add(std::string_view identifier, std::string_view value) {
        lines_[size_++] = {identifier, value};
    }

    std::array<BaseLine, kMaxLines> lines_;
    std::size_t size_ = 0;
    Decimal status_;
    BoundIdentifier bound_;
    MacValue mac_;
};

AnswerError error_of(FindError error) {
    switch (error) {
        case FindError::missing: return AnswerError::not_signed;
        case FindError::bad_syntax:
        case FindError::several:
        case FindError::no_mac:
        case FindError::bad_mac: return AnswerError::bad_syntax;
    }
    return AnswerError::bad_syntax;
}

bool covers_exactly(const InnerList& input, const AnswerLines& lines) {
    FixedText<kMaxSignatureField> expected;
    return lines.write_members(expected) && input.raw_members == expected.view();
}

bool parameters_known(const InnerList& input) {
    for (std::size_t i = 0; i < input.parameters.size; ++i) {
        const std::string_view key = input.parameters.items[i].key;
        if (std::find(kParameterNames.begin(), kParameterNames.end(), key) ==
            kParameterNames.end()) {
            return false;
        }
    }
    return input.parameter("alg") == nullptr || string_parameter(input, "alg") == "hmac-sha256";
}

}  // namespace

std::optional<SignatureFields> sign_answer(
    const Secret& secret,
    std::string_view key_id,
    std::uint64_t created,
    const RequestContext& request,
    const AnswerMessage& answer
) {
    AnswerLines lines;
    SignatureFields fields;
    auto& input = fields.signature_input;
    const bool fits = lines.build(request, answer) && input.append(kLabel) &&
                      lines.write_members(input) && input.append(";created=") &&
                      input.append(print_decimal(created).view()) && input.append(";keyid=\"") &&
                      input.append(key_id) && input.append("\";tag=\"") &&
                      input.append(kSignatureTag) && input.append('"');
    SignatureBase base;
    if (!fits || !write_signature_base(lines.lines(), input.view().substr(kLabel.size()), base)) {
        return std::nullopt;
    }
    fields.mac = hmac_sha256(secret.bytes(), base.view());
    if (!append_mac(fields.mac, fields.signature)) return std::nullopt;
    return fields;
}

std::string_view error_text(AnswerError error) {
    switch (error) {
        case AnswerError::not_signed: return "the answer is not signed";
        case AnswerError::bad_syntax: return "the answer's signature cannot be read";
        case AnswerError::wrong_components: return "the answer's signature covers something else";
        case AnswerError::wrong_parameters: return "the answer's signature has wrong parameters";
        case AnswerError::wrong_key_id: return "the answer is signed with another key";
        case AnswerError::wrong_signature: return "the answer's signature is wrong";
    }
    return "";
}

VerifiedAnswer verify_answer(
    const Secret& secret,
    std::string_view key_id,
    const RequestContext& request,
    const AnswerMessage& answer,
    const SignatureFieldViews& fields
) {
    FoundSignature found;
    if (const auto error = find_our_signature(fields, found)) {
        return {std::nullopt, error_of(*error)};
    }
    AnswerLines lines;
    if (!lines.build(request, answer) || !covers_exactly(found.input, lines)) {
        return {std::nullopt, AnswerError::wrong_components};
    }
    const auto created = number_parameter(found.input, "created");
    const auto answer_key_id = string_parameter(found.input, "keyid");
    if (!created || !answer_key_id || !parameters_known(found.input)) {
        return {std::nullopt, AnswerError::wrong_parameters};
    }
    if (*answer_key_id != key_id) return {std::nullopt, AnswerError::wrong_key_id};
    SignatureBase base;
    if (!write_signature_base(lines.lines(), found.input.raw, base) ||
        !equal_constant_time(hmac_sha256(secret.bytes(), base.view()), found.mac)) {
        return {std::nullopt, AnswerError::wrong_signature};
    }
    return {created, {}};
}

}  // namespace drawbridge
