"""Whether somebody has said, in English or French, that they do not want to be called.

No model. In doubt it counts: only automatic repeats stop by it, all else a person confirms.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from calls.opt_out_phrases import (
    CALL_THEN,
    COMPLAINT,
    DENIED,
    FOR_GOOD,
    LATER,
    LIMITED,
    PHRASE,
    SOMETIMES,
    STOP_AT_LAST,
    SUPPOSED,
)

LONGEST = 20_000  # characters that are read of one text
AROUND = 60  # characters before and after a phrase that tell how it is meant

APOSTROPHES = re.compile(r"[\u2018\u2019\u02bc\u00b4`]")
NO_WORDS = re.compile(r"[^\w',.!?;:\n]|_")
SENTENCE = re.compile(r"[.!?;:]|\n[^\S\n]*\n")
OTHER_LISTS = re.compile(r"wait|guest|surgery|medica|appointment|attente|invite|chirurgie|rendez")
OF_ANOTHER = re.compile(r" (?:d'|de |des |du |for )(?:attente|invites|chirurgie|rendez|wait|guest)")
ORDER = re.compile(r"(?:don't|dont|do not|never) (?!wants? |wish|like)")

OUTCOME = re.compile(
    r"(?:^|_)(?:do_?not_?(?:call|contact)|dnc|opt(?:ed)?_?out|unsubscribed?|no_more_calls"
    r"|stop_calling|remov(?:e|ed|al)(?:_request(?:ed)?|_from(?:_\w+)?_list|_me)"
    r"|(?:demande_(?:de_)?)?retrait(?:_demande|_de_la_liste|_liste)?|ne_(?:pas|plus)_r?appeler"
    r"|ne_pas_contacter|desinscription|desabonnement)(?:_|$)"
)
NOT_SO = re.compile(
    r"(?:^|_)(?:not|no|non|pas|sans|aucune?|without|never)_(?:\w{1,20}_){0,2}?"
    r"(?:dnc|opt|unsub|remov|demande|retrait|desi|desa|do_)"
    r"|_(?:declined|denied|refused|refusee?|false|no|non)$"
)


def outcome_says(word: str | None) -> bool:
    """Tell whether an outcome says so: ``do_not_call``, ``demande_retrait``, or whole words."""
    if not word:
        return False
    key = key_of(word)
    return bool(OUTCOME.search(key) and not NOT_SO.search(key)) or (" " in word and says(word))


def key_of(word: str) -> str:
    """Write an outcome as AlloMia's own are: ``Rappel demandé`` is ``rappel_demande``."""
    return re.sub(r"[^a-z]+", "_", _plain(word)).strip("_")


def said_in(texts: Iterable[str]) -> bool:
    """Tell whether one of several texts says so: a call's summaries, what its person said."""
    return any(map(says, texts))


def says(words: str) -> bool:
    """Tell whether somebody's words, or what is told of them, say so."""
    text = NO_WORDS.sub(" ", _plain(words))
    bounds = [0, *(found.end() for found in SENTENCE.finditer(text)), len(text)]
    sentences = [" ".join(text[start:end].split()) for start, end in pairwise(bounds)]
    return any(_told(sentence, sentences) for sentence in sentences)


def _plain(words: str) -> str:
    """Return words in small letters, without accents, with straight apostrophes."""
    apart = unicodedata.normalize("NFKD", APOSTROPHES.sub("'", words[:LONGEST])).casefold()
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _told(sentence: str, sentences: list[str]) -> bool:
    for found in PHRASE.finditer(sentence):
        before = sentence[max(0, found.start() - AROUND) : found.start()]
        after = sentence[found.end() : found.end() + AROUND]
        otherwise = _unsaid(found[0], before) or OF_ANOTHER.match(after)
        if not otherwise and _for_good(found[0], after, sentences):
            return True
    return False


def _unsaid(said: str, before: str) -> bool:
    """Tell whether a phrase says the opposite, or something else, by what stands before it."""
    if said.startswith(("stop", "quit", "cease")) and STOP_AT_LAST.search(before):
        return False
    if OTHER_LISTS.search(said) or DENIED.search(before) or SUPPOSED.search(before):
        return True
    if ORDER.match(said):
        return bool(COMPLAINT.search(before)) or (
            said.startswith("never ") and before.endswith(("you ", "he ", "she ", "i "))
        )
    if re.match("(?:ne )?m'appel", said) and before.endswith("je "):  # that is somebody's name
        return True
    asked_by_nobody = before.endswith(("vous ", "ils ", "tu "))
    return asked_by_nobody and said.endswith((" pas", " jamais")) and "plus" not in said


def _for_good(said: str, after: str, sentences: list[str]) -> bool:
    """Tell whether a phrase is more than a wish to be called at other times, or by other names."""
    if LIMITED.match(after) or (said.endswith(" plus") and LATER.match(after)):
        return False
    if not SOMETIMES.match(after):
        return True
    meant = FOR_GOOD.search(said + after.partition(",")[0])
    return bool(meant) and not any(map(CALL_THEN.search, sentences))
