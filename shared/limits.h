// Every number both ends must agree on; docs/protocol.md is the text to it. Sizes are bytes,
// times are in the unit their name says.
#pragma once

#include <cstddef>
#include <cstdint>

namespace drawbridge {

inline constexpr unsigned kProtocolVersion = 1;
inline constexpr unsigned kTagScheme = 1;
inline constexpr std::uint64_t kMaxSafeInteger = (std::uint64_t{1} << 53) - 1;

// §1 Transport
inline constexpr std::size_t kMaxHeadBytes = 8192;
inline constexpr std::size_t kMaxTargetBytes = 1024;
inline constexpr std::size_t kMaxEventsBodyBytes = 1048576;
inline constexpr std::size_t kMaxSmallBodyBytes = 16384;
inline constexpr std::size_t kMaxEventsPerRequest = 500;
inline constexpr std::size_t kMaxEventBytes = 16384;
inline constexpr std::size_t kMaxJsonDepth = 16;
inline constexpr unsigned kHandshakeSeconds = 10;
inline constexpr unsigned kHeadSeconds = 10;
inline constexpr unsigned kBodySeconds = 30;
inline constexpr unsigned kIdleSeconds = 75;

// §2 Names and encodings
inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::size_t kTagBytes = 32;
inline constexpr std::size_t kTagTextLength = 43;
inline constexpr std::size_t kIdRandomLength = 12;
inline constexpr unsigned kBanNumberBits = 40;
inline constexpr std::uint64_t kMaxBanNumber = (std::uint64_t{1} << kBanNumberBits) - 1;
inline constexpr std::size_t kMaxUrlBytes = 256;
inline constexpr std::size_t kMaxCaBytes = 4096;

// §3 Signatures
inline constexpr char kSignatureTag[] = "drawbridge-v1";
inline constexpr std::size_t kMaxSignatureMembers = 8;
inline constexpr std::size_t kMaxSignatureLabel = 64;
inline constexpr std::size_t kMaxKeyIdLength = 64;
inline constexpr std::size_t kMaxAuthorityLength = 261;

// §4 Replay
inline constexpr unsigned kReplayWindow = 8192;
inline constexpr unsigned kClockSkewSeconds = 300;
inline constexpr std::uint64_t kMaxEpochAheadMs = 86'400'000;
inline constexpr std::uint64_t kSharedSecretRetrySeconds = 300;
inline constexpr std::uint64_t kMaxRetryAfterMs = 300'000;

// §7 Events
inline constexpr std::uint64_t kEventHorizonMs = 73 * 3'600'000ULL;
inline constexpr std::uint64_t kEventAheadMs = 300'000;
inline constexpr std::size_t kMaxPlayerTags = 16;
inline constexpr std::size_t kMaxPlayerTokens = 32;
inline constexpr std::size_t kMaxNameLength = 128;
inline constexpr std::size_t kMaxReasonLength = 500;
inline constexpr std::size_t kMaxIssuerLength = 64;
inline constexpr std::size_t kMaxEvidenceTexts = 8;
inline constexpr std::size_t kMaxTextLength = 2000;
inline constexpr std::size_t kMaxTraceLength = 4000;
inline constexpr std::uint64_t kMaxBanSeconds = 315'360'000;

// §8 Ban lists
inline constexpr unsigned kMaxPollSeconds = 30;
inline constexpr unsigned kMatchWeight = 100;
inline constexpr std::size_t kTagPrefixBytes = 8;
inline constexpr std::size_t kMaxBanListEntries = 16'777'216;

// §10, §11 Enrolment and rotation
inline constexpr std::uint64_t kEnrolmentHours = 24;
inline constexpr std::uint64_t kPendingSecretSeconds = 600;

}  // namespace drawbridge
