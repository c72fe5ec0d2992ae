"""Feelings: the words that show them, and how they are named."""

from typing import Literal

from gemini_emulator.story.lexicon.times import count_words

type Feeling = Literal[
    "happy", "sad", "angry", "afraid", "surprised", "determined", "calm", "funny", "tender", "curious"
]

FEELINGS: dict[Feeling, str] = {
    "angry": "angry anger furious shouted shouting yelled growled glared rage slammed snapped scowled fury stomped outraged tense "
    "怒 enojado colère wütend злой сердито כועס غاضب",
    "afraid": "afraid scared fear terrified trembled trembling shivered screamed panic nervous danger dread frightened horror "
    "monster shadow shadows dark fled ominous eerie foreboding suspense suspenseful alarming 怖 恐 miedo peur angst страх פחד خائف",
    "sad": "sad cried crying tears wept sorrow lonely alone lost goodbye grief mourned sobbed miss missed broken sighed gloomy "
    "melancholy melancholic wistful sombre somber 悲 泣 涙 triste traurig грустно плакала עצוב حزين",
    "surprised": "surprised suddenly gasped astonished shocked amazed unexpected exploded crash boom stunned startled wow blinked "
    "astonishment 驚 突然 sorprendido surpris plötzlich вдруг פתאום فجأة",
    "determined": "determined ran raced fight fought climbed leapt jumped chased charged battle must brave courage bravely grabbed "
    "dashed urgent sprinted rushed dived dove pulled dramatic energetic heroic action resolute 走 戦 corrió курс побежал רץ ركض",
    "funny": "laughed laughing giggled joke funny silly chuckled grinned prank burst-out-laughing snorted tripped pudding ridiculous "
    "comic comical playful humorous 笑 risa rire lachte смех смеялись צחק ضحك",
    "happy": "happy smiled smiling joy cheered cheerful delighted celebrated won hugged danced wonderful bright proud clapped "
    "beamed glad joyful triumphant uplifting hopeful 嬉 楽 feliz heureux glücklich радость улыбнулась שמח سعيد",
    "tender": "love loved kissed gently gentle held soft softly warm hand whispered mother father together dear embrace tender "
    "intimate warmth 愛 優 amor amour liebe любовь אהבה حب",
    "curious": "wondered curious strange mysterious mystery asked secret found discovered searched peered odd glowing hidden "
    "noticed studied examined map clue question mystical wonder 不思議 謎 curioso seltsam странный מוזר غريب",
    "calm": "quiet calm peaceful slowly silence silent still tea morning rested sat breeze evening serene tranquil 静 tranquilo "
    "calme ruhig тихо שקט هادئ",
}

MOOD_PHRASES: dict[Feeling, tuple[str, ...]] = {
    "angry": ("tense and heated, hard shadows", "sharp and confrontational"),
    "afraid": ("ominous, deep shadows", "eerie and suspenseful"),
    "sad": ("melancholic, soft grey light", "wistful and lonely"),
    "surprised": ("startling, high contrast", "sudden astonishment"),
    "determined": ("dramatic and energetic", "urgent, full of motion"),
    "funny": ("playful and comical", "light-hearted, bouncy"),
    "happy": ("bright and joyful", "warm and uplifting"),
    "tender": ("tender and intimate, warm light", "gentle and warm"),
    "curious": ("mysterious, full of wonder", "curious and quietly exciting"),
    "calm": ("calm and quiet", "peaceful, open and still"),
}

STORY_MOODS: dict[Feeling, str] = {
    "angry": "Tense and confrontational",
    "afraid": "Suspenseful and dark",
    "sad": "Melancholic and tender",
    "surprised": "Surprising and lively",
    "determined": "Adventurous and exciting",
    "funny": "Playful and funny",
    "happy": "Warm and joyful",
    "tender": "Warm and gentle",
    "curious": "Mysterious and full of wonder",
    "calm": "Quiet and peaceful",
}


def weigh_feelings(text: str) -> dict[Feeling, int]:
    """Return how often each feeling is shown in a text."""
    return {feeling: count_words(words, text) for feeling, words in FEELINGS.items()}


def find_feeling(text: str) -> Feeling | None:
    """Return the feeling that a text shows most, if any."""
    weights = weigh_feelings(text)
    best = max(weights, key=lambda feeling: weights[feeling])
    if weights[best]:
        return best
    if text.count("!") > 1:
        return "surprised"
    return None
