"""What AlloMia's call log tells of a call that is over."""

import re

from pydantic import BaseModel, ConfigDict

VOICEMAIL = re.compile(
    r"voice[\W_]?mail|answering[\W_]?machine|machine[\W_]detected|r[eé]pondeur|bo[iî]te[\W_]vocale"
    r"|messagerie",
    re.IGNORECASE,
)
NONE = re.compile(r"(?<![^\W_])(no|not|without|non|pas|sans|aucune?)(?![^\W_])", re.IGNORECASE)


def is_voicemail(word: str | None) -> bool:
    """Tell whether an outcome, or a reason for a call's end, says that a voicemail answered."""
    return bool(word and VOICEMAIL.search(word) and not NONE.search(word))


class Record(BaseModel):
    """A call's record, as far as AlloMia has written it; its links, which soon die, are not kept.

    https://docs.allomia.com/api-reference/endpoint/get-call
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: str
    outcome: str | None = None
    """Extracted by AI, an open set: ``appointment_confirmed``, ``voicemail_left``."""
    sentiment: str | None = None
    intent: str | None = None
    summaries: dict[str, str] = {}
    """By language, ``en`` and ``fr``."""
    ended_reason: str | None = None
    duration: float | None = None
    """Seconds."""
    transcript: bool = False
    """Whether AlloMia has one."""
    recording: bool = False
    withheld: bool = False
    """Whether there is a summary that is not shown to whom this is."""

    @property
    def complete(self) -> bool:
        """Tell whether nothing more needs to be waited for; a recording may be switched off."""
        return bool(self.outcome and self.summaries and self.transcript)

    def filled(self, newer: "Record") -> "Record":
        """Return it with what a newer look told besides; what is known stays."""
        if newer.id != self.id:
            return self
        told = {name: value for name, value in newer if value}
        return self.model_copy(update=told | {"summaries": self.summaries | newer.summaries})

    def discreet(self) -> "Record":
        """Return it without its summaries, for those who may not see the name of who was called."""
        return self.model_copy(update={"summaries": {}, "withheld": bool(self.summaries)})

    def summary(self, language: str) -> str | None:
        """Return the summary in a language, else in whichever there is."""
        return self.summaries.get(language) or next(iter(self.summaries.values()), None)
