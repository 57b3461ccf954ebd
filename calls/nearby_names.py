"""The names that stand beside telephone numbers in a text, as far as a rule can read them."""

import re
from collections.abc import Iterator, Sequence

from calls.words import clean

LONGEST = 60  # characters of a name
FAR = 3  # lines between a number and the label that names its person
NAMES = 4  # words of a name at most
TITLES = {"m", "mr", "mrs", "ms", "mme", "mlle", "dr", "dre", "me", "monsieur", "madame", "docteur"}
LINKING = {
    "de",
    "du",
    "des",
    "la",
    "le",
    "van",
    "von",
    "der",
    "den",
    "da",
    "dos",
    "del",
    "bin",
    "al",
}
LABELS = (
    "name|full name|patient|patient name|client|client name|customer|customer name|caller|contact|"
    "contact name|lead|fn|nom|nom complet|nom du patient|nom de la patiente|nom du client|patiente|"
    "cliente|prénom et nom|personne|appelant|appelante"
)
LABEL = re.compile(rf"^(?:[-•*]\s*)?(?:{LABELS})\s*[:=|]\s*(?P<name>\S.*)$", re.IGNORECASE)
ALONE = re.compile(rf"^(?:{LABELS})\s*:?$", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-](?=[^\W\d_]))*\.?")
BEFORE = re.compile(
    r"(?:\s*(?:[:;,|(\[\-–—/=]|\b(?:at|on|is|au|a|à|to|sur|le|the|number|numéro|no|n°|tel|tél|"
    r"téléphone|telephone|phone|cell|cellulaire|mobile|home|work|office|maison|bureau|domicile)\b"
    r"[.:]?))*\s*$",
    re.IGNORECASE,
)
AFTER = re.compile(
    r"^[\s,;:|)\]\-–—/]*(?P<open>[(\[]?)\s*(?:(?:for|pour|is|c['’]est)\s+)?", re.IGNORECASE
)
PARTING = " ,;:-–—|/•*>&"
NEAR = 20  # characters between two numbers of one person

EMPTY_WORDS = """
    a an and any appel appelant appelante appeler appelez appelle asap assistant at au aujourd'hui
    aussi avec bonjour bonsoir bureau call callback calling can cc cell cellphone cellulaire cet
    cette clinic clinique client cliente confirm confirmer confirmez contact contacter contactez
    could courriel customer date demain demande dial do email est et ext extension fax for form from
    fwd hello help her here hey hi him his home hôpital hospital i ici il elle important info is it
    je joindre joignable l'appeler la le les ligne line lui mail main maison merci message missed
    mobile mon new ne nom name no nos notre nouveau nouvelle number numéro nous of office ok on or
    ou our patient patiente phone please pls poste pour prière rappel rappeler rappelez
    rappelle re rdv reach rendez-vous rép réponse ring s.v.p salut says sms standard stp svp
    tel téléphone telephone text texter thanks the their them then this to today tomorrow tonight
    travail tél un une urgence urgent us veuillez visit voice voicemail vous we whatsapp when who
    will with work you your begin end vcard version type order invoice ticket case file ref
    reference account commande facture dossier réf référence compte suivi
"""
TIME_WORDS = """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december am pm
    lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet
    août septembre octobre novembre décembre
"""
EMPTY = frozenset(EMPTY_WORDS.split())  # beside a number: they name nobody and tell nothing
TIMES = frozenset(TIME_WORDS.split())  # they tell something, and name nobody


def names(line: str, spots: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield the name beside each number of a line; ``spots`` tell where these stand."""
    told, last = 0, ""
    for at, (start, end) in enumerate(spots):
        following = spots[at + 1][0] if at + 1 < len(spots) else len(line)
        before = line[told:start]
        found, told = _last_name(before, first=at == 0), end
        if not found:
            found, length = _first_name(line[end:following], alone=not tells(before, ""))
            told = end + length
        if not found and at and len(before) <= NEAR and not tells(before, ""):
            found = last
        yield found
        last = found


def labelled(lines: Sequence[str], at: int) -> str:
    """Return the name that a label gives in a number's line or near it: ``Nom : Marie``."""
    near = sorted(range(max(0, at - FAR), min(len(lines), at + FAR + 1)), key=lambda n: abs(n - at))
    for n in near:
        if match := LABEL.match(lines[n]):
            return _shortened(match["name"])
        if n + 1 < len(lines) and ALONE.match(lines[n]):
            return _shortened(lines[n + 1])
    return ""


def tells(line: str, name: str) -> bool:
    """Tell whether a line, its number left out, says more than whose it is."""
    if ALONE.match(line):
        return False
    if match := LABEL.match(line):
        line = match["name"]
    rest = line.replace(name, " ") if name else line
    words = (word.rstrip(".").lower() for word in WORD.findall(rest))
    told = (word for word in words if len(word) > 1 and word not in EMPTY | TITLES | LINKING)
    return any(told) or any(map(str.isdigit, rest))


def _shortened(name: str) -> str:
    """Return what a label gives, up to what is told besides."""
    words = re.split(r"[,;|()\[\]\ufffc]|\s[-–—]\s", clean(name))[0].strip(" .:'\"")
    return words[:LONGEST].rstrip() if any(map(str.isalpha, words)) else ""


def _last_name(before: str, *, first: bool) -> str:
    """Return the name that ends a text: ``Appeler Mme Tremblay au``."""
    link = BEFORE.search(before)
    kept = before[: link.start()] if link else before
    run: list[str] = []
    at = len(kept)
    for match in reversed(list(WORD.finditer(kept))):
        if kept[match.end() : at].strip() or not _fits(match.group(), run):
            break
        run.insert(0, match.group())
        at = match.start()
    parted = kept[:at].strip()  # from what stands before: the line's other numbers
    return _named(run, alone=not parted.strip(PARTING) and (first or bool(parted)))


def _first_name(after: str, *, alone: bool) -> tuple[str, int]:
    """Return the name that begins a text, and where it ends: ``(Marie Tremblay)``."""
    opening = AFTER.match(after)
    at = opening.end() if opening else 0
    run: list[str] = []
    for match in WORD.finditer(after, at):
        if after[at : match.start()].strip() or not _fits(match.group(), run):
            break
        run.append(match.group())
        at = match.end()
    if after[at:].strip() == ":":  # it is the next number's
        return "", 0
    while run and run[-1].lower() in LINKING:
        run.pop()
    inside = bool(opening and opening["open"])
    ends = not after[at:].strip(" ,;:.)]-–—|")
    return _named(run, alone=inside or (alone and ends)), at


def _fits(word: str, run: Sequence[str]) -> bool:
    """Tell whether a word may be one of a name, of which some are known already."""
    bare = word.rstrip(".").lower()
    if bare in LINKING:
        return bool(run)
    if bare in EMPTY | TIMES:
        return False
    return word[0].isupper() or bool(run and bare in TITLES)


def _named(run: Sequence[str], *, alone: bool) -> str:
    """Return the words as a name, unless they are too few to be one, or too many."""
    words = list(run)
    while words and words[0].lower() in LINKING:
        words = words[1:]
    titled = bool(words) and words[0].rstrip(".").lower() in TITLES
    if not 1 <= len(words) <= NAMES + titled or (titled and len(words) == 1):
        return ""
    if len(words) == 1 and not alone:
        return ""
    name = " ".join(words)
    return name if len(name) <= LONGEST else ""
