"""The whole app, held to its own description by requests that schemathesis makes up."""
