"""Everything the app needs on one machine, started and stopped together: storage, model emulator and host."""
