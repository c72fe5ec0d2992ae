"""A small Azure Functions host for one machine.

It loads any Python v2 ``function_app.py`` through the worker library that Azure itself runs, serves its HTTP functions,
and runs its Durable orchestrations on SQLite. Start it with ``python -m tools.devhost``.
"""
