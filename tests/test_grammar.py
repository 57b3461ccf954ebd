"""What people type after ``/call``, in every spelling, is taken apart as they meant it."""

import pytest

from calls import numbers
from calls.errors import NotAllowed
from calls.order import Draft
from handlers.grammar import Typed, Verb, read

NUMBER = "514 555 1234"


def now(number: str = NUMBER, name: str = "", variables: str = "", rest: str = "") -> Typed:
    """Return what a quick dial is read as."""
    draft = Draft(number=number, name=name, variables=variables)
    return Typed(verb=Verb.NOW, draft=draft, rest=rest)


def of_the_list(verb: Verb, number: str = NUMBER, rest: str = "") -> Typed:
    """Return what a word about the do-not-call list is read as."""
    return Typed(verb=verb, draft=Draft(number=number), rest=rest)


def form(number: str, name: str = "") -> Typed:
    """Return what opens the form filled in."""
    return Typed(verb=Verb.FORM, draft=Draft(number=number, name=name))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("", Typed(verb=Verb.FORM)),
        ("  \t\n ", Typed(verb=Verb.FORM)),
        ("help", Typed(verb=Verb.HELP)),
        (" HELP ", Typed(verb=Verb.HELP)),
        ("Help", Typed(verb=Verb.HELP)),
        ("list", Typed(verb=Verb.LIST)),
        ("LIST\n", Typed(verb=Verb.LIST)),
        ("doctor", Typed(verb=Verb.DOCTOR)),
        ("Forget", Typed(verb=Verb.FORGET)),
        (f"forget {NUMBER} Marie", of_the_list(Verb.FORGET)),
        ("stop", Typed(verb=Verb.STOP)),
        (" Resume ", Typed(verb=Verb.RESUME)),
        ("status", Typed(verb=Verb.STATUS)),
        ("status C-7K3QF", Typed(verb=Verb.STATUS, rest="C-7K3QF")),
        ("Status   c-7k3qf  ", Typed(verb=Verb.STATUS, rest="c-7k3qf")),
        ("status\tC-7K3QF", Typed(verb=Verb.STATUS, rest="C-7K3QF")),
        ("status\nC-7K3QF", Typed(verb=Verb.STATUS, rest="C-7K3QF")),
        ("dnc", Typed(verb=Verb.DNC)),
        ("DNC list", Typed(verb=Verb.DNC, rest="list")),
        ("dnc add", Typed(verb=Verb.DNC_ADD)),
        (f"dnc Add {NUMBER}", of_the_list(Verb.DNC_ADD)),
        ("dnc\tcheck &lt;tel:5145551234|x&gt;", of_the_list(Verb.DNC_CHECK, "5145551234")),
        (f"dnc remove  {NUMBER} a=b &amp; c", of_the_list(Verb.DNC_REMOVE, rest="a=b & c")),
        (f"NOW {NUMBER}", now()),
        (f"now\t{NUMBER}", now()),
        (f"now\n{NUMBER}", now()),
        ("now", now("")),
    ],
)
def test_a_verb_is_known_in_any_case_and_after_any_blank(text: str, typed: Typed) -> None:
    assert read(text) == typed


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("helpme", "helpme"),
        ("help me", "help me"),
        ("list 20", "list 20"),
        ("doctor Marie", "doctor Marie"),
        ("stop Marie", "stop Marie"),
        ("Marie", "Marie"),
        ("Marie 514 555 1234", "Marie 514 555 1234"),
        ("call\t514 555 1234", "call\t514 555 1234"),
        ("now5145551234", "now5145551234"),
        ("- ( ) .", "- ( ) ."),
        ("<@U0ANA00001|ana>", "<@U0ANA00001|ana>"),
        ("&lt;!channel&gt; R&amp;D", "<!channel> R&D"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("slot=5", "slot=5"),
        ("🤖", "🤖"),
        ("\x00", "\x00"),
    ],
)
def test_what_is_not_understood_is_kept_as_it_was_typed(text: str, repeated: str) -> None:
    assert read(text) == Typed(verb=Verb.UNKNOWN, rest=repeated)


SPELLINGS = [
    "5145551234",
    "514-555-1234",
    "514.555.1234",
    "(514) 555-1234",
    "+1 (514) 555-1234",
    "1-514-555-1234",
    "+33 6 12 34 56 78",
    "0033 6 12 34 56 78",
    "514/555-1234",
    "514\u2011555\u20111234",  # hyphens that do not break
    "514\u2013555\u20131234",  # dashes that a keyboard makes of hyphens
    "514\u00a0555\u00a01234",  # spaces that do not break
    "514\u202f555\u202f1234",  # the narrow ones of French typography
    "\uff0b1 514 555 1234",  # a full-width plus
    "\uff15\uff11\uff14 555 1234",  # full-width digits
]


@pytest.mark.parametrize("number", SPELLINGS)
def test_a_number_in_any_habitual_spelling_is_told_from_the_name(number: str) -> None:
    assert [
        read(f"{number} Marie Tremblay"),
        read(number),
        read(f"now {number} Marie Tremblay slot=5"),
        read(f"now {number}"),
    ] == [
        form(number, "Marie Tremblay"),
        form(number),
        now(number, "Marie Tremblay", "slot = 5"),
        now(number),
    ]


@pytest.mark.parametrize("mark", ["\u202a", "\u2066", "\u200e", "\u200b", "\ufeff", "\u2068"])
def test_invisible_marks_pasted_with_a_number_do_not_hide_it(mark: str) -> None:
    end = "\u202c" if mark == "\u202a" else mark
    assert read(f"{mark}+1 514 555 1234{end} Marie") == form("+1 514 555 1234", "Marie")
    assert read(f"now {mark}+1 514 555 1234{end} Marie") == now("+1 514 555 1234", "Marie")


def test_a_comma_behind_the_number_is_no_part_of_what_follows() -> None:
    assert read("514 555 1234, Marie") == form("514 555 1234", "Marie")
    assert read("now 514 555 1234: Marie slot=5") == now("514 555 1234", "Marie", "slot = 5")
    typed = of_the_list(Verb.DNC_ADD, "514 555 1234", "asked by letter")
    assert read("dnc add 514 555 1234, asked by letter") == typed


def test_slack_s_own_link_to_a_number_survives_being_escaped() -> None:
    for link in ("&lt;tel:5145551234|514 555 1234&gt;", "<tel:5145551234>", "<tel:5145551234|x>"):
        assert read(f"now {link} Marie") == now("5145551234", "Marie")
        assert read(f"{link} Marie") == form("5145551234", "Marie")


@pytest.mark.parametrize("quoted", ['"Marie Tremblay"', "“Marie Tremblay”", "« Marie Tremblay »"])
def test_a_name_may_be_put_in_quotes(quoted: str) -> None:
    assert read(f"514 555 1234 {quoted}") == form("514 555 1234", "Marie Tremblay")
    assert read(f"now 514 555 1234 {quoted} a=1") == now("514 555 1234", "Marie Tremblay", "a = 1")


@pytest.mark.parametrize(
    "extension",
    [
        *("ext 5", "ext. 5", "extn 5", ", poste 204", "(poste 12)", "x12", "#12", "p. 9", "p 9"),
        *("Poste12", "poste no 12", "poste n° 12", "local 12"),
    ],
)
@pytest.mark.parametrize("parting", [" ", ", ", ". ", " : "])
def test_an_extension_is_of_the_number_which_is_refused_with_it_and_no_name(
    extension: str, parting: str
) -> None:
    typed = f"{NUMBER} {extension}"
    assert read(f"now {typed}{parting}Marie").draft == Draft(number=typed, name="Marie")
    with pytest.raises(NotAllowed) as refused:
        numbers.read(typed, "CA")
    assert [reason.key for reason in refused.value.reasons] == ["refused.number.extension"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Marie", "Marie"),
        ("  Marie   Tremblay ", "Marie Tremblay"),
        ("Marie\tTremblay", "Marie Tremblay"),
        ("Marie\nTremblay", "Marie Tremblay"),
        ("R&amp;D &lt;night&gt;", "R&D <night>"),
        ("O'Neil, M.", "O'Neil, M."),
        ("Jean-François d’Amour", "Jean-François d’Amour"),
        ('Jean "Ti-Jean" Roy', 'Jean "Ti-Jean" Roy'),
        ("李小龍", "李小龍"),
        ("<!channel> *x*", "<!channel> *x*"),
    ],
)
def test_what_follows_the_number_is_the_name(text: str, name: str) -> None:
    assert read(f"{NUMBER} {text}") == form(NUMBER, name)
    assert read(f"now {NUMBER} {text}") == now(name=name)


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("slot=Tuesday", "slot = Tuesday"),
        ("slot=Tuesday note=late", "slot = Tuesday\nnote = late"),
        ("slot=Tuesday\nnote=late", "slot = Tuesday\nnote = late"),
        ("slot=Tuesday\tnote=late", "slot = Tuesday\nnote = late"),
        ('slot="Tuesday 3 pm"', "slot = Tuesday 3 pm"),
        ("slot=“Tuesday 3 pm”", "slot = Tuesday 3 pm"),
        ("slot=”Tuesday 3 pm”", "slot = Tuesday 3 pm"),
        ("slot=„Dienstag 15 Uhr“", "slot = Dienstag 15 Uhr"),
        ("rdv=«mardi 15 h»", "rdv = mardi 15 h"),
        ("rdv=« mardi 15 h »", "rdv = mardi 15 h"),
        ("rdv=«\u00a0mardi 15\u00a0h\u00a0»", "rdv = mardi 15 h"),
        ('slot="Tuesday 3 pm” note=late', "slot = Tuesday 3 pm\nnote = late"),
        ('slot="first line\nsecond=line"', "slot = first line second=line"),
        ('a="b=c d=e" f=g', "a = b=c d=e\nf = g"),
        ('slot="" note=late', "slot = \nnote = late"),
        ("slot= note=late", "slot = \nnote = late"),
        ("slot=", "slot = "),
        ("sum=1+1=2", "sum = 1+1=2"),
        ("link=https://example.com/?a=b&amp;c=d", "link = https://example.com/?a=b&c=d"),
        ("who=O'Neil", "who = O'Neil"),
        ("clé=été", "clé = été"),
        ("slot=1 slot=2", "slot = 1\nslot = 2"),
        ("x=&lt;!channel&gt;", "x = <!channel>"),
    ],
)
def test_a_quick_dial_takes_variables_with_or_without_quotes(text: str, variables: str) -> None:
    assert read(f"now {NUMBER} Marie {text}") == now(name="Marie", variables=variables)


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("slot=Tuesday 3 pm", "3 pm"),
        ("slot=Tuesday 3 pm note=late again", "3 pm again"),
        ('slot="Tuesday"3 pm', "3 pm"),
        ('slot="Tuesday"note=late', "note=late"),
        ("slot='Tuesday 3 pm'", "3 pm'"),
        ("slot = Tuesday", "Marie slot = Tuesday"),
        ("slot =Tuesday", "Marie slot =Tuesday"),
        ("=Tuesday", "Marie =Tuesday"),
        ("= x=5", "Marie ="),
    ],
)
def test_words_that_belong_to_no_variable_are_told_rather_than_dialled(
    text: str, stray: str
) -> None:
    assert read(f"now {NUMBER} Marie {text}").rest == stray


def test_a_command_of_hostile_length_is_read_at_once() -> None:
    for text in ("(" * 40_000, "a=" * 20_000, '="' * 20_000, "<tel:" * 8_000, "1 " * 20_000):
        assert read(f"now {text}").verb is Verb.NOW
        assert read(text).verb in {Verb.FORM, Verb.UNKNOWN}


def test_a_quotation_mark_that_nothing_closes_is_asked_about_rather_than_dialled_with() -> None:
    typed = read('now 514 555 1234 Marie slot="Tuesday note=x')
    assert (typed.verb, typed.unclosed) == (Verb.NOW, '"Tuesday note=x')
