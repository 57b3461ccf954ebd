"""Which proxy the machine's environment names for what we ask of the network."""

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def proxy_for(address: str) -> str | None:
    """Return the address of the proxy (``HTTPS_PROXY``, ``ALL_PROXY``), if it is not to be spared.

    ``NO_PROXY`` names hosts that are reached without.
    """
    parts = urlsplit(address)
    if proxy_bypass(parts.netloc):
        return None
    known = getproxies()
    found = known.get(parts.scheme) or known.get("all")
    return found if found is None or "://" in found else f"http://{found}"
