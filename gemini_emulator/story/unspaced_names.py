"""Names in scripts without capital letters: Japanese, Chinese and Korean, Hebrew and Arabic."""

import re

JAPANESE_WITH_TITLE = re.compile(
    r"([\u4e00-\u9fff]{1,4}|[\u30a1-\u30fa\u30fc]{2,8}|[\u3041-\u3096]{2,4})(?:さん|ちゃん|くん|君|様|先生|先輩|博士)"
)
JAPANESE_KATAKANA = re.compile(r"([\u30a1-\u30fa\u30fc・]{2,10})(?=[はがとのをにもへ、。！])")
JAPANESE_KANJI = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{1,3})(?=[はが](?!な))")
NOT_JAPANESE_NAMES = frozenset(
    "今日 昨日 明日 今 私 僕 俺 彼 彼女 自分 声 空 雨 雪 風 海 山 川 森 町 街 村 家 部屋 学校 夜 朝 昼 夏 冬 春 秋 人 誰 何 時 "
    "日 月 星 花 木 道 手 目 顔 心 話 事 物 前 後 中 上 下 外 二人 三人 皆 全員 最後 最初 突然 光 影 音 水 火 雲 犬 猫 鳥 魚 店 駅 "
    "電車 灯台 ドア テーブル コーヒー ロボット ノート ボール ケーキ テスト バス ランプ カフェ パン".split()
)
SAID_BEFORE_NAME = re.compile(
    r"(?:אמר|אמרה|שאל|שאלה|ענה|ענתה|צעק|צעקה|לחש|לחשה|בשם|قال|قالت|سأل|سألت|أجاب|أجابت|صاح|صاحت|همس|همست|اسمه|اسمها|يدعى|تدعى)"
    r"\s+([\u0590-\u05ff\u0600-\u06ff]{2,})"
)
KOREAN = re.compile(r"([\uac00-\ud7af]{2,3})(?=(?:이가|이는|은|는|이|가|와|과)\s)")
# How often a bare word must be the subject of a sentence before it counts as a name.
MIN_SUBJECTS = 2


def names_in_unspaced_text(story: str) -> list[str]:
    """Return every occurrence of a name in a Japanese, Chinese or Korean story."""
    names = [match[1] for match in JAPANESE_WITH_TITLE.finditer(story)]
    names += [match[1] for match in JAPANESE_KATAKANA.finditer(story)]
    kanji = [match[1] for match in JAPANESE_KANJI.finditer(story)]
    korean = [match[1] for match in KOREAN.finditer(story)]
    for bare in (kanji, korean):
        names += [name for name in bare if bare.count(name) >= MIN_SUBJECTS or name in names]
    return [name for name in names if name not in NOT_JAPANESE_NAMES]


def names_in_uncased_text(story: str) -> list[str]:
    """Return every occurrence of a name in a Hebrew or Arabic story: words that are said to speak, or are so called."""
    found = {match[1] for match in SAID_BEFORE_NAME.finditer(story)}
    return [name for name in found for _ in range(max(1, story.count(name)))]
