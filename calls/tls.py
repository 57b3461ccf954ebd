"""Whom we trust on the network."""

import ssl
from functools import cache


@cache
def trusted() -> ssl.SSLContext:
    """Return the machine's authorities: read once, since each copy takes a megabyte."""
    return ssl.create_default_context()
