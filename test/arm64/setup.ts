// In each worker: what the tests start as process.execPath is to be the emulated Node too.
process.execPath = process.env['HERMETIC_TEST_NODE'] ?? process.execPath;
