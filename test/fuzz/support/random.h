// Random bytes that are the same in every run, so that an input does the same again.
#pragma once

namespace hermetic::fuzz {

// UseRepeatableRandom replaces OpenSSL's generator for the whole process.
void UseRepeatableRandom();

// RestartRandom begins the sequence again.
void RestartRandom();

}  // namespace hermetic::fuzz
