"""What is counted and timed, for Prometheus: each process tells its own, and they add up.

https://prometheus.io/docs/practices/naming
"""

import re

from prometheus_client import Counter, Gauge, Histogram, Summary, disable_created_metrics

from calls.model import Call
from calls.status import Status

disable_created_metrics()  # type: ignore[no-untyped-call]  # when each series began: noise

WAITED = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 21600)  # seconds
ANSWERED = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5)  # seconds; Slack gives up after three

PLACED = Counter("ringback_calls_placed", "Calls that were noted")
ENDED = Counter(
    "ringback_calls_ended",
    "Calls that came to this status; one that was unknown may come to another one later",
    ["status"],
)
DIAL_DELAY = Histogram(
    "ringback_dial_delay_seconds",
    "From the instant a call was due to the one at which AlloMia is asked, for each try",
    buckets=WAITED,
)
ANNOUNCE_DELAY = Histogram(
    "ringback_announce_delay_seconds",
    "From the instant an outcome was noted to the one at which its thread was told",
    buckets=WAITED,
)
JOBS = Gauge("ringback_jobs", "Jobs in the database, whoever runs them")
JOBS_DUE = Gauge("ringback_jobs_due", "Jobs whose time has come")
JOBS_FAILING = Gauge("ringback_jobs_failing", "Jobs that have failed and will be tried again")
OLDEST_JOB = Gauge("ringback_jobs_oldest_seconds", "How long the oldest due or failing job waits")
GIVEN_UP = Counter(
    "ringback_jobs_given_up",
    "Jobs that ended without their effect, since they cannot have it",
    ["job"],
)
SOCKETS = Gauge("ringback_slack_sockets", "Connections of Socket Mode to Slack")
DATABASE_UP = Gauge("ringback_database_up", "Whether the database answers")
CALLBACKS = Counter("ringback_callbacks", "AlloMia's callbacks", ["result"])
REQUESTS = Counter(
    "ringback_requests", "Requests to Slack and AlloMia", ["service", "method", "result"]
)
RATE_LIMIT_WAIT = Summary(
    "ringback_rate_limit_wait_seconds",
    "Pauses that Slack and AlloMia asked for, by 429 and Retry-After",
    ["service", "method"],
)
SLACK_ANSWER = Histogram(
    "ringback_slack_answer_seconds",
    "From the arrival of what Slack sends to its acknowledgement",
    buckets=ANSWERED,
)

for status in Status:  # a series that begins at its first one hides it from increase()
    if not status.live:
        ENDED.labels(status.value)


def moved(before: Call, after: Call) -> None:
    """Count a call that has come to an end, as far as is known."""
    if after.status is not before.status and not after.status.live:
        ENDED.labels(after.status.value).inc()


def label(word: str) -> str:
    """Return another side's word as a label, or ``other`` for one that nobody would look for."""
    return word if re.fullmatch(r"\w{1,40}", word) else "other"


def waits(service: str, method: str, seconds: float | None) -> None:
    """Time a pause that the other side asked for, if it did."""
    if seconds:
        RATE_LIMIT_WAIT.labels(service, method).observe(seconds)
