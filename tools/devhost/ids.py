"""Identifiers that must be unique but not secret.

They come from a generator in memory: the system's source of randomness costs a system call, which gives the interpreter
lock away in the middle of the event loop's work.
"""

import random
import uuid

_generator = random.Random(random.SystemRandom().getrandbits(128))


def new_guid() -> uuid.UUID:
    """A random (version 4) UUID."""
    return uuid.UUID(int=_generator.getrandbits(128), version=4)


def new_invocation_id() -> str:
    return str(new_guid())
