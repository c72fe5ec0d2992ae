"""The engine's state in SQLite: records, transactions, queue rules, and the hosts that share it."""
