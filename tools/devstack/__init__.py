"""Starts and stops everything the app needs on one machine: storage, model emulator and host."""
