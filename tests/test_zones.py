"""A number tells the zones in which it may ring; who must choose is offered few and known ones."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from phonenumbers.tzdata import TIMEZONE_DATA

from calls import zones

WINTER, SUMMER = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "zone"),
    [
        ("+15145551234", "America/Toronto"),
        ("+14165551234", "America/Toronto"),
        ("+16045551234", "America/Vancouver"),
        ("+13065551234", "America/Regina"),
        ("+12125551234", "America/New_York"),
        ("+18762101234", "America/Jamaica"),  # mobiles of the Caribbean: the area code tells
        ("+18765551234", "America/Jamaica"),
        ("+18095551234", "America/Santo_Domingo"),
        ("+12423591234", "America/Nassau"),
        ("+14413701234", "Atlantic/Bermuda"),
        ("+33612345678", "Europe/Paris"),
        ("+33142345678", "Europe/Paris"),
        ("+33800123456", "Europe/Paris"),
        ("+33999999999", "Europe/Paris"),  # in no plan, and yet in France
        ("+442079460958", "Europe/London"),
        ("+447400123456", "Europe/London"),  # or Jersey, Guernsey, Man, whose clocks agree
        ("+448001111111", "Europe/London"),
        ("+443301234567", "Europe/London"),
        ("+35312345678", "Europe/Dublin"),
        ("+390612345678", "Europe/Rome"),
        ("+4740612345", "Europe/Oslo"),
        ("+4930123456", "Europe/Berlin"),
        ("+5511987654321", "America/Sao_Paulo"),
        ("+5592987654321", "America/Manaus"),
        ("+628123456789", "Asia/Jakarta"),
        ("+919876543210", "Asia/Kolkata"),
        ("+9779841234567", "Asia/Kathmandu"),
        ("+74951234567", "Europe/Moscow"),
        ("+74012123456", "Europe/Kaliningrad"),
        ("+77012345678", "Asia/Almaty"),
        ("+212650123456", "Africa/Casablanca"),
        ("+213551234567", "Africa/Algiers"),
        ("+68572123456", "Pacific/Apia"),
        ("+16847331234", "Pacific/Pago_Pago"),
        ("+61733744000", "Australia/Brisbane"),  # Queensland sets no clocks
        ("+61748311234", "Australia/Brisbane"),
        ("+61293744000", "Australia/Sydney"),
        ("+558121011234", "America/Recife"),  # its islands far out in the sea are an hour ahead
        ("+5581991234567", "America/Recife"),
        ("+558136191234", "America/Noronha"),
        ("+559134241234", "America/Belem"),
        ("+74952123456", "Europe/Moscow"),
        ("+78452123456", "Europe/Saratov"),
        ("+526141234567", "America/Chihuahua"),
        ("+526491234567", "America/Mexico_City"),
        ("+526621234567", "America/Mazatlan"),
        ("+56612212345", "America/Punta_Arenas"),
        ("+18676681234", "America/Whitehorse"),
        ("+18678731234", "America/Edmonton"),
        ("+12507821234", "America/Dawson_Creek"),
        ("+12504281234", "America/Creston"),
        ("+12504171234", "America/Edmonton"),
        ("+13068251234", "America/Edmonton"),  # Lloydminster keeps Alberta's time
        ("+19075811234", "America/Anchorage"),
    ],
)
def test_a_number_that_tells_its_zone_leaves_nothing_to_choose(number: str, zone: str) -> None:
    assert zones.of(number, WINTER) == zones.of(number, SUMMER) == (zone,)


AUSTRALIA = (
    *("Indian/Cocos", "Indian/Christmas", "Australia/Perth", "Australia/Eucla"),
    *("Australia/Darwin", "Australia/Brisbane", "Australia/Adelaide"),
    *("Australia/Lord_Howe", "Australia/Sydney"),
)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+34612345678", ("Atlantic/Canary", "Europe/Madrid")),
        ("+34800123456", ("Atlantic/Canary", "Europe/Madrid")),
        ("+61412345678", AUSTRALIA),
        ("+611300123456", AUSTRALIA),
        ("+61755231234", ("Australia/Brisbane", "Australia/Sydney")),  # Gold Coast, Tweed Heads
        ("+64211234567", ("Pacific/Auckland", "Pacific/Chatham")),
        ("+262692123456", ("Indian/Mayotte", "Indian/Reunion")),
        ("+593991234567", ("Pacific/Galapagos", "America/Guayaquil")),
    ],
)
def test_where_it_does_not_tell_those_of_its_country_are_offered_from_west_to_east(
    number: str, expected: tuple[str, ...]
) -> None:
    assert set(zones.of(number, WINTER)) == set(expected)
    offsets = [_offset(zone, WINTER) for zone in zones.of(number, WINTER)]
    assert offsets == sorted(offsets)


def _offset(zone: str, at: datetime) -> timedelta:
    (span,) = zones.spans(zone, at, at + timedelta(hours=1))
    return span.offset


@pytest.mark.parametrize("number", ["+18005551234", "+18335551234", "+19005551234"])
def test_a_toll_free_number_of_north_america_has_each_of_its_clocks_once(number: str) -> None:
    found = zones.of(number, WINTER)
    assert len(found) < 20
    assert {
        *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
        *("America/Halifax", "America/St_Johns", "America/Regina", "America/Phoenix"),
        *("America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"),
    } <= set(found)
    assert not {"America/Toronto", "America/Nassau", "America/Winnipeg"} & set(found)


def test_a_russian_mobile_may_ring_in_any_of_the_countrys_zones() -> None:
    found = zones.of("+79161234567", WINTER)
    assert {"Europe/Kaliningrad", "Europe/Moscow", "Asia/Yekaterinburg"} < set(found)
    assert (len(found), "Europe/Bucharest" in found) == (11, False)


@pytest.mark.parametrize("number", ["+870773111632", "+881612345678", "+80012345678"])
def test_of_a_satellite_nothing_is_known_and_the_whole_world_is_offered(number: str) -> None:
    assert zones.of(number, WINTER) == ()
    world = zones.everywhere(WINTER)
    assert {"America/New_York", "Europe/London", "Europe/Paris", "Asia/Kolkata"} < set(world)
    assert len(world) <= 100


def test_every_name_is_a_zone() -> None:
    told = {zones.RENAMED.get(name, name) for names in TIMEZONE_DATA.values() for name in names}
    assert {name for name in told.union(*zones.MEANT.values()) if not zones.known(name)} == set()
    assert set(zones.WELL_KNOWN.split()) <= told
    assert max(map(len, TIMEZONE_DATA.values())) <= 100, "more than a select can offer"


@pytest.mark.parametrize(
    "name", ["", "Etc/Unknown", "America", "localtime", "../etc/passwd", "/etc", "\0", "Montréal"]
)
def test_what_is_no_zone_is_not_known(name: str) -> None:
    assert not zones.known(name)


@pytest.mark.parametrize(
    ("zone", "turns"),
    [
        ("America/Toronto", ["2026-03-08T07:00", "2026-11-01T06:00"]),
        ("America/Toronto", ["2027-03-14T07:00", "2027-11-07T06:00"]),
        ("Europe/Paris", ["2026-03-29T01:00", "2026-10-25T01:00"]),
        ("Europe/London", ["2027-03-28T01:00", "2027-10-31T01:00"]),
        ("Australia/Sydney", ["2026-04-04T16:00", "2026-10-03T16:00"]),
        ("Australia/Lord_Howe", ["2026-04-04T15:00", "2026-10-03T15:30"]),
        ("Pacific/Apia", ["2011-04-02T14:00", "2011-09-24T14:00", "2011-12-30T10:00"]),
        ("Asia/Kolkata", []),
    ],
)
def test_a_year_is_cut_where_the_clocks_are_set(zone: str, turns: list[str]) -> None:
    year = int(turns[0][:4]) if turns else 2026
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    found = list(zones.spans(zone, begin, end))
    at = [datetime.fromisoformat(turn).replace(tzinfo=UTC) for turn in turns]
    assert [(span.begin, span.end) for span in found] == list(
        zip([begin, *at], [*at, end], strict=True)
    )
    assert all(one.offset != after.offset for one, after in pairwise(found))


def test_a_time_that_ends_as_the_clocks_are_set_is_not_cut() -> None:
    begin, turn = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert list(zones.spans("America/Toronto", begin, turn)) == [(begin, turn, timedelta(hours=-5))]
    assert list(zones.spans("America/Toronto", turn, turn)) == []
