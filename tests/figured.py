"""What a scraper of ``GET /metrics`` is told."""

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from house import House

Figures = dict[tuple[str, ...], float]


async def scraped(house: House) -> str:
    """Return what a scraper is told."""
    async with aiohttp.ClientSession() as session, session.get(f"{house.url}/metrics") as answer:
        assert answer.content_type == "text/plain"
        return await answer.text()


async def told(house: House) -> Figures:
    """Return every figure of ours by its name and the values of its labels, in their order."""
    return {
        (sample.name.removeprefix("ringback_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(await scraped(house))
        for sample in family.samples
        if sample.name.startswith("ringback_") and "le" not in sample.labels
        if not sample.name.endswith("_created")
    }


class Since:
    """What has been counted since a moment: the counters are this process's, over all tests."""

    def __init__(self, before: Figures) -> None:
        self._before = before

    async def more(self, house: House, *names: str) -> Figures:
        """Return by how much the figures of these names have grown, where they have."""
        grown = {
            key: round(value - self._before.get(key, 0), 3)
            for key, value in (await told(house)).items()
            if key[0] in names
        }
        return {key: value for key, value in grown.items() if value}
