"""Settings of an app whose one client is a whole test suite, which calls far more often than any client should."""

NO_LIMITS = {"REQUESTS_PER_MINUTE": "0", "GENERATIONS_PER_DAY": "0"}
