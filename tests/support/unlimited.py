"""Settings without rate limits: a test suite calls more often than any client should."""

NO_LIMITS = {"REQUESTS_PER_MINUTE": "0", "GENERATIONS_PER_DAY": "0"}
