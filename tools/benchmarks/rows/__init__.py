"""The rows of the suite: what each measures, and its limits."""
