"""Ids that grow with time, so that new rows land side by side in their index."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, then chance."""
    millis, chance = time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10))
    return UUID(int=millis << 80 | 0x7 << 76 | (chance >> 68) << 64 | 0b10 << 62 | chance & (1 << 62) - 1)
