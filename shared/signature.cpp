#include "shared/signature.h"

#include "shared/signature_input.h"

#include <algorithm>
#include <span>

namespace drawbridge {
namespace {

// In the order of Component.
constexpr std::array<std::string_view, kComponents> kComponentNames = {
    "\"@method\"",
    "\"@authority\"",
    "\"@path\"",
    "\"@query\"",
    "\"content-type\"",
    "\"content-digest\""};
constexpr std::size_t kAlwaysCovered = 4;
constexpr std::array<std::string_view, 6> kParameterNames =
    {"created", "nonce", "keyid", "tag", "alg", "expires"};

SignatureError error_of(FindError error) {
    switch (error) {
        case FindError::missing: return SignatureError::missing;
        case FindError::bad_syntax: return SignatureError::bad_syntax;
        case FindError::several: return SignatureError::several;
        case FindError::no_mac: return SignatureError::no_mac;
        case FindError::bad_mac: return SignatureError::bad_mac;
    }
    return SignatureError::bad_syntax;
}

std::string_view value_of(Component component, const RequestMessage& message) {
    switch (component) {
        case Component::method: return message.method;
        case Component::authority: return message.authority;
        case Component::path: return message.path;
        case Component::query: return message.query;
        case Component::content_type: return message.content_type;
        case Component::content_digest: return message.content_digest;
    }
    return {};
}

std::optional<SignatureError>
read_components(const InnerList& input, bool has_body, RequestSignature& out) {
    const std::size_t expected = has_body ? kComponents : kAlwaysCovered;
    unsigned seen = 0;
    for (std::size_t i = 0; i < input.size; ++i) {
        const auto known =
            std::find(kComponentNames.begin(), kComponentNames.end(), input.members[i].raw);
        const auto index = static_cast<std::size_t>(known - kComponentNames.begin());
        if (index >= expected) return SignatureError::bad_component;
        if ((seen & (1U << index)) != 0) return SignatureError::repeated_component;
        seen |= 1U << index;
        out.components[out.component_count++] = static_cast<Component>(index);
    }
    if (out.component_count != expected) return SignatureError::missing_component;
    out.covers_content = has_body;
    return std::nullopt;
}

std::optional<SignatureError> read_nonce(std::string_view nonce, RequestSignature& out) {
    const std::size_t hyphen = nonce.find('-');
    if (hyphen == std::string_view::npos) return SignatureError::bad_nonce;
    const auto epoch = parse_decimal(nonce.substr(0, hyphen));
    const auto counter = parse_decimal(nonce.substr(hyphen + 1));
    if (!epoch || !counter || *counter == 0) return SignatureError::bad_nonce;
    out.epoch = *epoch;
    out.counter = *counter;
    return std::nullopt;
}

std::optional<SignatureError>
check_optional_parameters(const InnerList& input, RequestSignature& out) {
    for (std::size_t i = 0; i < input.parameters.size; ++i) {
        const std::string_view key = input.parameters.items[i].key;
        if (std::find(kParameterNames.begin(), kParameterNames.end(), key) ==
            kParameterNames.end()) {
            return SignatureError::bad_parameter;
        }
    }
    if (input.parameter("alg") != nullptr && string_parameter(input, "alg") != "hmac-sha256") {
        return SignatureError::bad_parameter;
    }
    if (input.parameter("expires") == nullptr) return std::nullopt;
    out.expires = number_parameter(input, "expires");
    if (!out.expires) return SignatureError::bad_parameter;
    return std::nullopt;
}

std::optional<SignatureError> read_parameters(const InnerList& input, RequestSignature& out) {
    for (const std::string_view required : {"created", "nonce", "keyid"}) {
        if (input.parameter(required) == nullptr) return SignatureError::missing_parameter;
    }
    const auto created = number_parameter(input, "created");
    const auto nonce = string_parameter(input, "nonce");
    const auto key_id = string_parameter(input, "keyid");
    if (!created || !nonce || !key_id) return SignatureError::bad_parameter;
    out.created = *created;
    out.key_id = *key_id;
    if (const auto error = read_nonce(*nonce, out)) return error;
    return check_optional_parameters(input, out);
}

bool write_base(
    const RequestSignature& signature,
    const RequestMessage& message,
    SignatureBase& out
) {
    std::array<BaseLine, kComponents> lines;
    for (std::size_t i = 0; i < signature.component_count; ++i) {
        const Component component = signature.components[i];
        lines[i] = {
            kComponentNames[static_cast<std::size_t>(component)],
            value_of(component, message)};
    }
    return write_signature_base(
        std::span(lines).first(signature.component_count),
        signature.parameters,
        out
    );
}

template <std::size_t Capacity>
bool write_request_parameters(
    const SigningParameters& parameters,
    bool has_body,
    FixedText<Capacity>& out
) {
    bool fits = out.append('(');
    for (std::size_t i = 0; i < (has_body ? kComponents : kAlwaysCovered); ++i) {
        fits = fits && (i == 0 || out.append(' ')) && out.append(kComponentNames[i]);
    }
    return fits && out.append(");created=") &&
           out.append(print_decimal(parameters.created).view()) && out.append(";nonce=\"") &&
           out.append(print_decimal(parameters.epoch).view()) && out.append('-') &&
           out.append(print_decimal(parameters.counter).view()) && out.append("\";keyid=\"") &&
           out.append(parameters.key_id) && out.append("\";tag=\"") && out.append(kSignatureTag) &&
           out.append('"');
}

}  // namespace

std::string_view error_text(SignatureError error) {
    switch (error) {
        case SignatureError::missing: return "no signature with our tag";
        case SignatureError::bad_syntax: return "Signature-Input or Signature cannot be read";
        case SignatureError::several: return "several signatures with our tag";
        case SignatureError::no_mac: return "Signature has no member of that label";
        case SignatureError::bad_mac: return "the signature is not 32 bytes of base64";
        case SignatureError::bad_component: return "a component outside the profile";
        case SignatureError::repeated_component: return "a repeated component";
        case SignatureError::missing_component: return "a required component is missing";
        case SignatureError::bad_parameter: return "a parameter outside the profile";
        case SignatureError::missing_parameter: return "a required parameter is missing";
        case SignatureError::bad_nonce: return "nonce is not <epoch>-<counter>";
    }
    return "";
}

ParsedSignature parse_request_signature(
    std::string_view signature_input,
    std::string_view signature,
    bool has_body
) {
    FoundSignature found;
    if (const auto error = find_our_signature({signature_input, signature}, found)) {
        return {std::nullopt, error_of(*error)};
    }
    RequestSignature result;
    result.label = found.label;
    result.mac = found.mac;
    result.parameters = found.input.raw;
    if (const auto error = read_components(found.input, has_body, result)) {
        return {std::nullopt, *error};
    }
    if (const auto error = read_parameters(found.input, result)) return {std::nullopt, *error};
    return {result, {}};
}

Target split_target(std::string_view target) {
    const std::size_t mark = target.find('?');
    if (mark == std::string_view::npos) return {target, "?"};
    return {target.substr(0, mark), target.substr(mark)};
}

bool verify_request(
    const Secret& secret,
    const RequestSignature& signature,
    const RequestMessage& message
) {
    SignatureBase base;
    if (!write_base(signature, message, base)) return false;
    return equal_constant_time(hmac_sha256(secret.bytes(), base.view()), signature.mac);
}

bool append_mac(const Mac& mac, FixedText<kMaxSignatureField>& out) {
    char base64[base64_length(sizeof(Mac))];
    return out.append("sig1=:") && out.append({base64, encode_base64(mac, base64)}) &&
           out.append(':');
}

std::optional<SignatureFields> sign_request(
    const Secret& secret,
    const SigningParameters& parameters,
    const RequestMessage& message
) {
    constexpr std::string_view kLabel = "sig1=";
    const bool has_body = !message.content_digest.empty();
    SignatureFields fields;
    if (!fields.signature_input.append(kLabel)) return std::nullopt;
    if (!write_request_parameters(parameters, has_body, fields.signature_input)) {
        return std::nullopt;
    }
    RequestSignature signature;
    signature.component_count = has_body ? kComponents : kAlwaysCovered;
    for (std::size_t i = 0; i < signature.component_count; ++i) {
        signature.components[i] = static_cast<Component>(i);
    }
    signature.parameters = fields.signature_input.view().substr(kLabel.size());
    SignatureBase base;
    if (!write_base(signature, message, base)) return std::nullopt;
    fields.mac = hmac_sha256(secret.bytes(), base.view());
    if (!append_mac(fields.mac, fields.signature)) return std::nullopt;
    // What we send, we must be able to read: a key id with a quote, a number above 2^53.
    const auto read_back =
        parse_request_signature(fields.signature_input.view(), fields.signature.view(), has_body);
    if (!read_back.signature) return std::nullopt;
    return fields;
}

}  // namespace drawbridge
