"""Phrases, English and French, by which people say that they do not want to be called.

They are matched on small letters without accents, with straight apostrophes and single spaces.
Gaps are bounded, so that no text takes long.
"""

import re

WORD = r"[\w']{1,25} "

CALL = r"(?:call|contact|phone|telephone|ring|bother|disturb|harass|pester)"
CALLED = r"(?:re)?(?:called|contacted|phoned|telephoned|rung|reached|bothered|disturbed)"
CALLING = r"(?:re)?(?:calling|contacting|phoning|telephoning|ringing|bothering|harassing|pestering)"
CALLS = rf"(?:(?:any|more|further|other|future|phone|such|of|these|those|our|your) ){{0,4}}{CALL}s?"
NOT = r"(?:not|[a-z]{2,6}n't|dont|doesnt|never|no longer)"
WISH = r"(?:want|wish|like|care|desire|consent|agree)(?:s|es|ed)?"
ASKED = (
    r"(?:ask|request|demand|want|wish|would like|prefer|insist|told|tell|said|beg|would rather)"
    r"(?:s|es|ed|ing|ged)?"
)
WHOM = r"(?:me|us|here|this number|my number|her|him|them|again|any ?more|back)"
WHOSE = r"(?:the|our|your|this|that|all|any|their|its|every|such)"
LISTS = r"(?:lists?|database|system|records?|files?|contacts|directory|registry)"

ENGLISH = (
    (
        rf"{NOT} (?:{WORD})?{WISH} (?:to be|to get|to receive|being|getting|receiving|for)? ?"
        rf"(?:{CALLED}\b|{CALLS}\b)"
    ),
    rf"{NOT} (?:{WORD})?{WISH} (?:us|you|anyone|anybody|them|the {WORD}) ?(?:to )?{CALL}\b",
    rf"wants? no (?:more |further )?{CALL}s?\b",
    rf"{ASKED} (?:{WORD}){{0,4}}(?:not|never) to (?:ever )?(?:be )?(?:{CALLED}|{CALL})\b",
    (
        rf"{ASKED} (?:that )?(?:we|you|they|nobody|the clinic|us) (?:should |must |may |do )?not "
        rf"(?:be )?(?:{CALLED}|{CALL})\b"
    ),
    rf"{ASKED} (?:rather )?not (?:be )?(?:{CALLED}|{CALL})\b",
    rf"{ASKED} (?:{WORD}){{0,3}}(?:to |that we |that you )?(?:stop|quit|cease) {CALLING}\b",
    rf"{ASKED} (?:{WORD}){{0,2}}(?:for )?no (?:more|further|other|future) (?:{WORD})?{CALL}s?\b",
    rf"(?:do not|don't|dont|not to|never) (?:ever |please |you dare |you ever )?{CALL} {WHOM}\b",
    r"(?:do not|don't|dont) bother (?:to call|calling)\b",
    rf"(?:stop|quit|cease) {CALLING}\b",
    r"no more (?:phone )?calls\b",
    r"leave me alone\b",
    r"(?:lose|forget) my number\b|(?:we|you|us to) lose (?:his|her|their) number\b",
    (
        rf"(?:refus|declin)(?:e|es|ed|ing) (?:any |all )?(?:further|more|other|future) "
        rf"(?:{WORD})?{CALL}s?\b"
    ),
    (
        rf"{NOT} (?:{WORD})?{WISH} (?:to (?:get|receive) )?(?:any )?(?:more|further) "
        rf"(?:{WORD})?reminders?\b"
    ),
    rf"{NOT} (?:{WORD})?{WISH} to hear from (?:you|us|the clinic)\b",
    (
        rf"(?:remov|tak|delet|struck|strik|get|drop|eras)(?:e|es|ed|en|ing|al)? (?:{WORD}){{0,4}}"
        rf"(?:from|off|out of) (?:{WHOSE} )?(?:{WORD}){{0,3}}?{LISTS}\b"
    ),
    r"(?:delet|remov|eras)(?:e|ed|ing) (?:my|her|his|their|this) (?:phone )?number\b",
    rf"opt(?:s|ed|ing)? out of (?:{WORD}){{0,3}}(?:calls?|lists?|contact)\b",
    r"opt(?:s|ed|ing)? out(?! of)\b",
    r"unsubscribed?\b",
    r"(?:on|to|onto) (?:the |your |our |a )?do not call (?:list|registry)\b",
)

STEM = r"(?:re)?(?:r?appel|contact|telephon|sollicit|derang|harcel|importun)"
APPEL = rf"{STEM}\w{{0,5}}"
PLUS = r"(?:plus jamais|plus du tout|plus|pus?|pas|jamais)"
VEUT = (
    r"(?:veut|veux|veulent|voul\w{2,5}|souhait\w{1,5}|desir\w{1,5}|accept\w{0,4}|tien[st]\w{0,3}"
    r"|voudr\w{2,4}|aimer\w{2,4})"
)
DEMANDE = (
    r"(?:demand|souhait|voudr|aimer|prefer|exig|prie|insist|veu|requ|suppli)\w{0,6} "
    r"(?!pourquoi|quand|comment|si )"
)
OBJET = r"(?:m'|me |l'|la |le |les |nous |lui |leur |vous )?"
NOTRE = r"(?:votre|vos|notre|nos|la|le|les|cette|ces|toutes?|tous|leurs?|ce)"
LISTE = r"(?:listes?|fichiers?|bases?|registres?|systemes?|carnet|repertoires?|dossiers?)"

FRENCH = (
    rf"(?:n'|ne )?{VEUT} {PLUS} (?:d'|a )?(?:etre |se faire |me faire ){APPEL}\b",
    (
        rf"(?:n'|ne )?{VEUT} {PLUS} (?:recevoir |avoir |d'autres? |de nouveaux? ){{0,2}}"
        r"(?:d'|de |des |nos |vos |les |aucun |ces |autres |nouvel ){0,3}"
        r"(?:appels?\b|coups? de fil\b)"
    ),
    rf"{VEUT} {PLUS} (?:a ce )?(?:que |qu')(?:{WORD})?(?:on |l'on )?{OBJET}{APPEL}\b",
    rf"{DEMANDE}(?:{WORD}){{0,4}}(?:ne |n'){PLUS} (?:etre |se faire )?{OBJET}{APPEL}\b",
    rf"{DEMANDE}(?:{WORD}){{0,4}}(?:ne |n')?{OBJET}{APPEL} (?:plus jamais|plus|pas|jamais)\b",
    rf"(?:ne |n'){OBJET}{STEM}(?:ez|iez) {PLUS}\b",
    rf"(?:ne |n'){OBJET}{STEM}\w{{1,4}} plus\b",
    rf"(?:ne |n')(?:plus jamais|plus|pas|jamais) {OBJET}(?:re)?(?:r?appel|contact|telephon)er\b",
    rf"(?:faut|devez|doit|devriez|faudrait) {PLUS} {OBJET}{STEM}er\b",
    r"m'appelez (?:plus|pus?|pas)\b",
    r"r?appel(?:ez|le) (?:moi|nous|ici) (?:plus|pus?|pas)\b",
    (
        r"refus\w{1,5} (?:de recevoir )?(?:tout |(?:tout |d'|les |de )"
        r"(?:autres? |nouve(?:l|aux) |futurs? ))(?:appels?|contact)\b"
    ),
    r"(?:arret|cess)(?:ez|er|ent) (?:tous )?(?:vos|les|ces) (?:appels|coups de fil)\b",
    r"lach(?:ez|e) (?:moi|nous)\b(?! un)",
    (
        rf"(?:arret|cess)(?:ez|e|er|iez|ent|ons) (?:(?!pas |jamais ){WORD}){{0,3}}?(?:de |d')"
        rf"{OBJET}{APPEL}\b"
    ),
    r"(?:laiss|fich|fout)(?:ez|e|s)? (?:moi|nous) (?:tranquille|en paix|la paix)\b",
    r"(?:oubli|effac|supprim|retir|enlev)(?:ez|e|er) (?:mon|son|notre|ce) numero\b",
    (
        rf"(?:enlev|retir|ray|rai|supprim|effac|ote|sort|biff|radi|desinscri|desabonn)\w{{0,5}} "
        rf"(?:{WORD}){{0,4}}?(?:de |des |d'|du )(?:{NOTRE} )?(?:{WORD}){{0,3}}?{LISTE}\b"
    ),
    r"(?:desinscri|desabonn)\w{0,5}\b",
    r"liste (?:d'exclusion|des? numeros? exclus|ne pas appeler|rouge)\b|lnnte\b",
)

PHRASE = re.compile("|".join(rf"\b(?:{one})" for one in (*ENGLISH, *FRENCH)))

DAYS = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun|week|holi)days?|(?:weekend|morning|evening|night)s?"
    r"|afternoons?|lunch"
)
JOURS = (
    r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|matin|midi|soir|apres midi|week end)s?"
    r"|nuit|semaine|matinee|soiree|fin"
)
GOES_ON = (
    r"(?: (?:again|back|any ?more|ever|me|us|her|him|them|here|please|at all|plus|jamais)){0,4},? "
)

LIMITED = re.compile(
    rf"{GOES_ON}(?:before|until|till|unless|earlier than|sooner than|by (?:her|his|their|my|name)"
    r"|mr|mrs|miss|ms|madam|sir|doctor|dr|names|an?|911|the (?:police|ambulance|doctor)|record\w*"
    r"|avant|jusqu\w*|tant que|sauf|par (?:son|mon)|madame|monsieur|mademoiselle|docteur)\b"
)
"""What follows a phrase that is no wish to be left alone: *before noon*, *by her first name*."""

SOMETIMES = re.compile(
    rf"{GOES_ON}(?:so (?:early|late|often)|too (?:early|late)|this (?:early|late|week|month)|today"
    r"|tonight|tomorrow|right now|now|yet|early|late|after|between|during|while|when"
    r"|at (?:work|home|night|noon|lunch|the office|this hour|this time|\d+)"
    rf"|(?:in|on|this) (?:the |a |her |his |my )?(?:{DAYS}|cell|mobile|landline|work)"
    r"|aujourd'hui|demain|maintenant|tout de suite|pendant|durant|entre|apres|quand|lorsqu\w*"
    r"|si (?:tot|tard)|aussi|trop|tot|tard|a (?:midi|\d+|cette heure|la maison)"
    r"|a[u]? (?:son |mon )?(?:travail|bureau)"
    rf"|(?:le |ce |les |en |la |cette |cet )(?:{JOURS}))\b"
)
"""What follows one that may only say when not: it counts if it is said to be for good."""

FOR_GOOD = re.compile(r"\b(?:again|any ?more|ever|never|no longer|stop|quit|plus|jamais|cessez?)\b")

CALL_THEN = re.compile(
    r"(?<!not )(?<!n't )(?<!never )\b(?:call|phone|ring|try)(?: me| us| her| him| them)?"
    r"(?: back| again)? (?:tomorrow|later|next|on|in|after|around|at|instead)\b"
    r"|\br?appel(?:ez|er|le)(?: moi| nous| la| le)? (?:plutot |donc )?"
    r"(?:demain|plus tard|lundi|mardi|mercredi|jeudi|vendredi|samedi|la semaine|apres|dans|cet)\b"
)
"""When to call instead."""

LATER = re.compile(r" (?:tard|tot|souvent|vite|rapidement|longtemps|que)\b")
"""What makes of *plus* a *more*: *rappelez-moi plus tard*."""

STOP_AT_LAST = re.compile(r"\b(?:if you (?:do not|don't|dont|won't)|why don't you|can't you) $")
"""What stands before *stop calling* where it is asked for."""

SUPPOSED = re.compile(
    r"\b(?:if|should|si) (?:you|vous|tu|they|she|he|elle|il)(?: do| does| would)? $"
)
"""What stands before a phrase that is only supposed, as assistants do."""

DENIED = re.compile(
    r"(?:(?:\bnot|n't|\bnever|\bwithout|\bno) "
    r"(?:(?:(?:ask|request|want|wish|need|like|mind|yet|been|being|already)(?:ed|ing|s)?|to|for|be"
    r"|have|get|us|her|his|him|my|name|number) ){0,6}"
    r"|(?:\bne |\bn')(?:[\w']{1,25} ){0,2}(?:pas|jamais|nullement) "
    r"(?:(?:demand|souhait|veu|voul|desir|exig|besoin)\w{0,6} |a |d'|de |que |qu'on |etre |son |sa "
    r"|nom |numero |soit |la |le ){0,6}"
    r"|\b(?:pas|aucune|sans) (?:de )?(?:demande )?(?:de |d')?)$"
)
"""What stands before a phrase that is said not to be so."""

COMPLAINT = re.compile(r"\b(?:why|if you|if they|if we|you never|they never|they|nobody|who) $")
"""What stands before *don't call me*, or *never*, where nothing is asked for."""
