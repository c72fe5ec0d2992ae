"""Poses: angles of limbs, and the words that call for them.

Angles are degrees from hanging straight down; positive is forward, the way the figure faces. A pair is the upper and
the lower part of a limb.
"""

from dataclasses import dataclass
from typing import Literal

from tools.gemini_emulator.story.lexicon.tables import words_pattern
from tools.gemini_emulator.story.seeds import choice

type PoseName = Literal[
    "stand", "walk", "run", "sit", "point", "reach", "wave", "cheer", "think", "crouch", "jump", "hold", "akimbo",
    "cower", "lie", "explain",
]  # fmt: skip
type Angles = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pose:
    """Limbs of a figure; `lift` raises the feet off the ground, in head heights."""

    near_arm: Angles = (-14, -4)
    far_arm: Angles = (14, 6)
    near_leg: Angles = (-4, -1)
    far_leg: Angles = (5, 2)
    lean: float = 0.0
    head: float = 0.0
    lift: float = 0.0
    is_seated: bool = False


POSES: dict[PoseName, Pose] = {
    "stand": Pose(),
    "walk": Pose((-24, -8), (22, 38), (20, 12), (-16, -34), lean=3),
    "run": Pose((-58, 18), (52, 118), (52, -6), (-30, -92), lean=16, lift=0.16),
    "sit": Pose((8, 66), (20, 60), (84, 2), (78, -4), lean=-2, is_seated=True),
    "point": Pose((-16, -4), (92, 92), (8, 4), (-10, -8), lean=4),
    "reach": Pose((34, 66), (100, 108), (24, 14), (-20, -26), lean=14),
    "wave": Pose((-14, -4), (150, 172)),
    "cheer": Pose((-152, -172), (152, 172), (-10, -4), (10, 4), head=-4),
    "think": Pose((0, 72), (26, 206), head=6),
    "crouch": Pose((14, 60), (40, 72), (96, -24), (74, -48), lean=20),
    "jump": Pose((-120, -150), (140, 158), (66, -30), (-24, -80), lean=6, lift=0.75),
    "hold": Pose((-8, 58), (24, 100)),
    "akimbo": Pose((-46, 42), (46, -42), (-10, -6), (10, 6)),
    "cower": Pose((-60, -214), (60, 214), (14, -10), (2, -18), lean=10, head=10),
    "lie": Pose((60, 90), (40, 70), (80, 60), (70, 40), lean=40, is_seated=True),
    "explain": Pose((-14, -4), (22, 116), head=2),
}

# The first pose whose words are in the text counts.
WORDS: dict[PoseName, str] = {
    "jump": "leap* jump* bounc* hop hops hopped flew fly flies flying vault*",
    "run": "ran run runs running dash* sprint* chas* race raced races racing rush* fled flee* hurr* charg* bolt* "
    "skid* escap*",
    "reach": "climb* scrambl* clamber* ladder reach* grab* stretch* pull* push* tug* touch* tapp* caught catch* "
    "pick*-up knock* press*",
    "crouch": "crawl* crouch* knelt kneel* hid hide hides hiding duck ducks ducked squat* bent-down",
    "sit": "sit sits sat sitting seated perched slump* on-the-bench on-the-sofa on-the-chair on-the-stool desk",
    "point": "point points pointed pointing",
    "wave": "wave waved waving greet* salut* hail* raised-a-hand raised-her-hand raised-his-hand hand-up",
    "cheer": "cheer* celebrat* danc* won wins victor* hooray applaud* clapp*",
    "think": "think* thought wonder* ponder* consider* scratch* studied examin* shrugg* confus*",
    "cower": "trembl* cower* scream* shiver* panick* terrified",
    "akimbo": "shout* yell* scold* demand* scowl* insist* hands-on glar*",
    "hold": "hold holds holding held carr* read reads reading open opens opened bring* brought cook* bak* clutch* "
    "eat* ate drink* drank writ* wrote paint* gave give* handed",
    "walk": "walk* stroll* step* went goes follow* wander* march* strode arriv* came comes left enter* cross*",
    "lie": "lay lies lying asleep slept sleep*",
}


def pose_for(about: str, *, speaks: bool, is_excited: bool) -> PoseName:
    """Return the pose that a text about somebody calls for."""
    for pose, words in WORDS.items():
        if words_pattern(words).search(about):
            return pose
    if speaks:
        return "point" if is_excited else choice(("explain", "stand", "think"), about)
    return "stand"
