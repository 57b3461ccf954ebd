"""Who says that they do not want to be called is understood, in English and in French."""

import pytest

from calls import opt_out

SAID = (
    "asked not to be called again",
    "The patient said never to call them again.",
    "Patient refuses further contact by phone.",
    "The patient insisted that we lose his number.",
    "She does not want any more reminders by phone.",
    "I never want to hear from you people again.",
    "Le client refuse tout autre appel.",
    "Le patient demande de cesser les appels.",
    "Je veux plus que vous m’appeliez.",
    "J’veux pu me faire appeler.",
    "Lâchez-moi avec vos appels.",
    "She asked not to be called again.",
    "The patient requested not to be contacted any more.",
    "wants to be removed from the list",
    "Marie wants to be removed from the calling list.",
    "He does not want to be called.",
    "She doesn’t want any more calls from the clinic.",
    "She no longer wishes to be contacted.",
    "He said he never wants to be called again.",
    "The person asked us to stop calling.",
    "She asked the assistant to stop calling her.",
    "He asked that we not call again.",
    "She requested no further calls.",
    "He would prefer not to be called.",
    "The caller asked to be taken off the list.",
    "She asked to have her number removed from our records.",
    "He opted out of future calls.",
    "He opted out.",
    "Add her to the do-not-call list, she said.",
    "don't call me again",
    "Don’t call me!",
    "DO NOT CALL ME AGAIN",
    "Please do not call this number.",
    "Never call me again, do you hear?",
    "stop calling me",
    "Please stop calling here.",
    "take me off your list",
    "Can you take my name off your list, please?",
    "Remove me from your list.",
    "I want you to stop calling me.",
    "I don't want you to call me any more.",
    "I don't want to get any more calls from you.",
    "No more calls, thank you.",
    "Leave me alone!",
    "Lose my number.",
    "Unsubscribe me.",
    "Put me on your do not call list.",
    "don't call me again today",
    "Don't you dare call me again.",
    "I do not wish to be contacted at work again.",
    "Don't\ncall me\nagain",
    "ne souhaite plus être appelée",
    "La patiente ne souhaite plus être appelée.",
    "Le patient ne veut plus qu’on l’appelle.",
    "Il ne désire plus recevoir d’appels.",
    "Elle ne veut plus d'appels.",
    "demande à être retirée de la liste",
    "Madame Tremblay demande à être retirée de la liste d’appels.",
    "Il a demandé à ne plus être contacté.",
    "Elle a demandé qu’on ne la rappelle plus.",
    "Il demande de ne plus l'appeler.",
    "Elle souhaite ne plus être dérangée.",
    "ne rappelez plus",
    "Ne rappelez plus cette personne.",
    "Il souhaite que son nom soit retiré de nos listes.",
    "Il préfère ne pas être rappelé.",
    "ne m'appelez plus",
    "Ne m’appelez plus jamais !",
    "NE M'APPELEZ PLUS",
    "Ne me rappelez pas.",
    "arrêtez de m'appeler",
    "Arrêtez donc de m’appeler, s’il vous plaît.",
    "Cessez de me téléphoner.",
    "enlevez-moi de votre liste",
    "Enlevez mon nom de votre liste.",
    "Rayez-moi de vos listes, merci.",
    "Supprimez mon numéro.",
    "Je ne veux plus que vous m’appeliez.",
    "J'veux plus que vous m'appeliez.",
    "Appelez-moi plus !",
    "Rappelez-moi pas.",
    "M'appelez plus.",
    "Il ne faut plus m’appeler.",
    "Je ne veux plus être dérangé.",
    "Laissez-moi tranquille.",
    "Désabonnez-moi.",
    "Vous ne devez plus m'appeler.",
    "Ne m’appelez plus au travail.",
    "If you don't stop calling me I will complain.",
    "Why don't you stop calling?",
    "Inscrivez-moi sur la liste des numéros exclus.",
)

NOT_SAID = (
    "Lâche-moi un coup de fil demain.",
    "Mon téléphone refuse les appels masqués.",
    "Je n’ai pas pu vous appeler hier.",
    "Je ne m’appelle plus Tremblay.",
    "He was told never to call before nine.",
    "She declined the appointment and wants more reminders.",
    "asked to be called again tomorrow",
    "does not mind being called again",
    "She does not mind if we call again.",
    "don't call me before noon",
    "Please don't call before 9, I sleep late.",
    "Don't call me at work.",
    "She asked not to be called before noon.",
    "She asked not to be called again until Monday.",
    "Don't call me again today, call tomorrow.",
    "Don't call me again today. Call me tomorrow.",
    "He did not ask to be removed from the list.",
    "She does not want to be removed from the list.",
    "She wants to be removed from the waiting list.",
    "He opted out of the insurance plan.",
    "She did not opt out.",
    "The person confirmed the appointment and asked where to park.",
    "Please do not hesitate to call me.",
    "Why don't you call me again tomorrow?",
    "If you don't call me back I will come in person.",
    "They never call me back.",
    "You never call me.",
    "Don't stop calling me, I will pick up.",
    "Asked why we did not call.",
    "She asked why she was not called.",
    "He asked for another call next week.",
    "There is no need to call back.",
    "Call me again later.",
    "I can't talk now, call me back.",
    "She does not want to be called Mrs.",
    "The clinic did not call back.",
    "She wants a call before the appointment.",
    "Do not call an ambulance.",
    "He does not want the call recorded.",
    "She will not be at home.",
    "n'hésitez pas à me rappeler",
    "N’hésitez pas à rappeler.",
    "Rappelez-moi plus tard.",
    "Rappelez-moi plus souvent.",
    "Elle souhaite être rappelée demain.",
    "Elle demande à être rappelée.",
    "Ne m'appelez pas avant midi.",
    "Il ne souhaite pas être appelé avant 9 h.",
    "Ne m’appelez pas au travail.",
    "Ne m'appelez pas ce soir, rappelez demain.",
    "Je ne m'appelle pas Marie.",
    "Je ne m’appelle plus Tremblay.",
    "Vous ne m'appelez jamais.",
    "Elle n'a pas demandé à être retirée de la liste.",
    "Elle ne souhaite pas être retirée de la liste.",
    "Elle demande à être retirée de la liste d'attente.",
    "Elle n’a pas demandé à ne plus être appelée.",
    "Il ne voit pas d'inconvénient à être rappelé.",
    "Elle demande pourquoi on ne l’appelle pas.",
    "Il n'y a plus d'appels à faire.",
    "La personne a confirmé le rendez-vous et demandé où se garer.",
    "Une boîte vocale a répondu. L’assistant a laissé un message.",
    "Il ne souhaite pas rappeler.",
    "Elle arrête de fumer.",
    "Vous n'arrêtez pas de m'appeler.",
    "Personne n'a répondu.",
    "Enlevez vos chaussures en entrant.",
    "The assistant left a message.",
    "If you do not wish to be called, please say so.",
    "Si vous ne souhaitez plus être appelé, dites-le.",
    "Yes, I will be there.",
)

OUTCOMES = (
    "do_not_call",
    "DoNotCall",
    "opt_out",
    "opted-out",
    "demande_retrait",
    "Demande de retrait",
    "removal_requested",
    "DNC",
    "remove_from_list",
    "ne_plus_appeler",
    "asked not to be called again",
)
OTHER_OUTCOMES = (
    "appointment_confirmed",
    "no_opt_out",
    "not_opted_out",
    "opt_out_declined",
    "callback_requested",
    "voicemail_left",
    "aucune_demande_de_retrait",
    "wants to be called back",
    "",
    None,
)


@pytest.mark.parametrize("words", SAID)
def test_it_is_understood(words: str) -> None:
    told = (words, words.upper(), f"The call was short. {words} Then they hung up.")
    assert [opt_out.says(one) for one in told] == [True] * 3
    assert opt_out.said_in(["She will come.", words])


@pytest.mark.parametrize("words", NOT_SAID)
def test_it_is_not_read_into_what_only_sounds_like_it(words: str) -> None:
    assert [opt_out.says(one) for one in (words, words.upper())] == [False] * 2
    assert not opt_out.said_in([words])


def test_an_outcome_says_it_in_a_word() -> None:
    assert [word for word in OUTCOMES if not opt_out.outcome_says(word)] == []
    assert [word for word in OTHER_OUTCOMES if opt_out.outcome_says(word)] == []


@pytest.mark.parametrize(
    "piece",
    [
        *("a ", "x", "'", "\u0301", "don't ", "not want ", "ne ", "no ", "remove the the the "),
        *("demande ne pas ", "veut plus ", "asked us ", "arretez donc ", "ote a a a de la ", "\n"),
    ],
)
def test_a_text_of_any_length_is_read_without_delay(piece: str) -> None:
    """What would be quadratic here would exceed the time that a test has."""
    assert not opt_out.says(piece * 200_000)
    assert not opt_out.outcome_says(piece * 200_000)


@pytest.mark.parametrize("words", ["", " ", "?!", "\ud800", "不要再打电话", "\x00"])
def test_what_is_in_no_language_of_ours_says_nothing(words: str) -> None:
    assert not opt_out.says(words)
