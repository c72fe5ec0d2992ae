"""The API's description as OpenAPI 3.1."""
