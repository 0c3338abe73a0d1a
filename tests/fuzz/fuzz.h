/* fuzz.h - what a fuzz target defines. */
#ifndef NETRAL_TESTS_FUZZ_H
#define NETRAL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Takes any bytes. Returns 0; a finding is a crash, a sanitizer's report or a failed assertion. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
