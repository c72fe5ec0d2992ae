"""Which language a story is written in, by its script and by frequent short words."""

import unicodedata
from collections import Counter

# By the first word of the letters' Unicode names.
SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CJK": "zh",
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "HEBREW": "he",
    "ARABIC": "ar",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}
# Letters that another language with the same script has.
OTHER_LETTERS = {"ru": ("uk", "іїєґ"), "ar": ("fa", "پچژگ")}
WORDS = {
    "en": "the and of to in was it he she his her with that on for they as had but not you i is at from my we a",
    "de": "der die das und ist nicht ein eine zu den mit sich auf für dem sie er es im ich war wie auch aber von",
    "fr": "le la les et est une un dans que qui pour pas elle il des du sur au avec ne se mais était je ce sa son",
    "es": "el la los las y es una un que en por con no se su para lo ella él pero como más del al era estaba",
    "it": "il la lo gli le e è una un che di per con non si sua suo ma era della nel sono al dal come più",
    "pt": "o a os as e é uma um que em por com não se sua seu para ele ela mas como mais do da no na era",
    "nl": "de het een en is niet van dat op te in met zijn voor ze hij maar was aan er ook zij naar haar",
    "sv": "och att det som en ett på är av för med den inte han hon var till men de sin ut om när sig",
    "pl": "i w na nie się z do to jest że jak ale po tak o był była jej jego przez dla już za co",
    "tr": "ve bir bu da de için ile çok ama o ne gibi daha var değil en kadar sonra onun her iki",
    "vi": "và của là một có không cho được với trong người này đã ở những anh cô ấy tôi bà ông",
    "id": "dan yang di itu ini dengan untuk tidak dari ke dia pada adalah ada akan sebuah seorang aku kami",
}
PUNCTUATION = ".,;:!?\"'()…«»“”„\u2018\u2019-"
VOCABULARY = {language: frozenset(words.split()) for language, words in WORDS.items()}


def language_of(story: str) -> str:
    """Return the BCP 47 tag of the story's language; English if nothing speaks for another one."""
    scripts = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in story if letter.isalpha())
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > scripts["LATIN"]:
        return "ja"
    most = max(scripts, key=lambda script: scripts[script], default="LATIN")
    language = SCRIPTS.get(most)
    if language is None:
        return _by_words(story)
    other, letters = OTHER_LETTERS.get(language, (language, ""))
    return other if any(letter in story for letter in letters) else language


def _by_words(story: str) -> str:
    words = Counter(word.strip(PUNCTUATION).casefold() for word in story.split())
    known = {language: sum(words[word] for word in vocabulary) for language, vocabulary in VOCABULARY.items()}
    return max(known, key=lambda language: known[language])
