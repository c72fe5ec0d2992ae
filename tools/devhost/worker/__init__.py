"""The Python worker: the app's code, driven in process through ``azure-functions-runtime``."""
