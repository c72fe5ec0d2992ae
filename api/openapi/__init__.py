"""The API's description as OpenAPI 3.1: a table of operations, and schemas made from the models that the app uses."""
