"""Poses: angles of limbs, and the verbs that call for them.

Angles are degrees from hanging straight down, forward (the way the figure faces) above 0; a pair is upper and lower
part of a limb, the lower one given absolutely too.
"""

import re
from dataclasses import dataclass
from typing import Literal

from tools.gemini_emulator.story.seeds import choice

type PoseName = Literal[
    "stand",
    "walk",
    "run",
    "sit",
    "point",
    "reach",
    "wave",
    "cheer",
    "think",
    "crouch",
    "jump",
    "hold",
    "akimbo",
    "cower",
    "lie",
    "climb",
    "shrug",
    "explain",
]
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
    "climb": Pose((-164, -176), (150, 168), (80, -10), (4, -16), lean=8),
    "explain": Pose((-14, -4), (22, 116), head=2),
    "shrug": Pose((-30, -118), (30, 118), head=-4),
}

VERBS: tuple[tuple[str, PoseName], ...] = (
    (r"\b(leap\w*|jump\w*|bounc\w*|hop(?:s|ped)?|flew|fl(?:y|ies|ying)|vault\w*)\b", "jump"),
    (
        (
            r"\b(r[au]n(?:s|ning)?|dash\w*|sprint\w*|chas\w+|rac(?:e|es|ed|ing)|rush\w*|fled|flee\w*|hurr\w+|"
            r"charg\w+|bolt\w*|skid\w*|escap\w+)\b"
        ),
        "run",
    ),
    (r"\b(climb\w*|scrambl\w*|clamber\w*|ladder)\b", "climb"),
    (
        (
            r"\b(crawl\w*|crouch\w*|kn(?:elt|eel\w*)|hid(?:es?|ing)?|duck(?:s|ed)|squat\w*|bent down|bend\w* "
            r"down)\b"
        ),
        "crouch",
    ),
    (r"\b(sit|sits|sat|sitting|seated|perched|slump\w*|on the (?:bench|sofa|chair|stool)|desk)\b", "sit"),
    (r"\b(point(?:s|ed|ing)?)\b", "point"),
    (
        (
            r"\b(reach\w*|grab\w*|stretch\w*|pull(?:s|ed|ing)?|push\w*|tugg?\w*|touch\w*|tapp\w*|caught|catch\w*|"
            r"pick\w* up|knock\w*|press\w*)\b"
        ),
        "reach",
    ),
    (
        (
            r"\b(wav(?:e|es|ed|ing) (?!rose)|greet\w*|salut\w*|hail\w*|raised (?:a|her|his|one|their) hand|hand "
            r"up)\b"
        ),
        "wave",
    ),
    (
        (
            r"\b(cheer\w*|celebrat\w*|danc\w*|won|wins|victor\w*|hooray|applaud\w*|clapp\w*|threw (?:up )?(?:his|"
            r"her|their) arms)\b"
        ),
        "cheer",
    ),
    (r"\b(think\w*|thought|wonder\w*|ponder\w*|consider\w*|scratch\w*|frown\w* at|studied|examin\w*)\b", "think"),
    (r"\b(trembl\w*|cower\w*|scream\w*|shiver\w*|panick\w*|terrified|covered (?:his|her|their))\b", "cower"),
    (r"\b(shrugg?\w*|sorry|confus\w*|apolog\w*)\b", "shrug"),
    (r"\b(shout\w*|yell\w*|scold\w*|demand\w*|scowl\w*|insist\w*|hands on|glar\w*)\b", "akimbo"),
    (
        (
            r"\b(hold(?:s|ing)?|held|carr(?:y|ied|ies|ying)|hand(?:s|ed) (?:him|her|over|it|them)|read(?:s|ing)?|"
            r"opens?|opened|br(?:ing|ought)\w*|cook\w*|bak\w+|clutch\w*|eat\w*|ate|drink\w*|drank|writ\w+|wrote|"
            r"paint\w*|g[ai]ve\w*)\b"
        ),
        "hold",
    ),
    (
        (
            r"\b(walk\w*|stroll\w*|step\w*|went|goes|follow\w*|wander\w*|march\w*|strode|arriv\w*|came|comes|left|"
            r"enter\w*|cross\w*)\b"
        ),
        "walk",
    ),
    (r"\b(lay|lies|lying|asleep|slept|sleep\w*)\b", "lie"),
)


def pose_for(about: str, *, speaks: bool, is_excited: bool) -> PoseName:
    """Return the pose that a text about somebody calls for."""
    for words, pose in VERBS:
        if re.search(words, about, re.IGNORECASE):
            return pose
    if speaks:
        return "point" if is_excited else choice(("explain", "stand", "shrug"), about)
    return "stand"
