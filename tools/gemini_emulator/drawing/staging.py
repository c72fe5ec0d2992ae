"""Plans a panel before anything is drawn: who stands where, how they look and feel, and where the bubble goes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tools.gemini_emulator.drawing.effects import Effect
from tools.gemini_emulator.drawing.faces import with_face_in
from tools.gemini_emulator.drawing.framing import Framing, framing_for
from tools.gemini_emulator.drawing.lettering.bubbles import Bubble, place_bubble
from tools.gemini_emulator.drawing.lettering.text import printable
from tools.gemini_emulator.drawing.people.actor import Actor
from tools.gemini_emulator.drawing.people.expressions import expression_for
from tools.gemini_emulator.drawing.people.look import Look, look_of, worn_in
from tools.gemini_emulator.drawing.people.poses import PoseName, pose_for
from tools.gemini_emulator.drawing.people.props import prop_in
from tools.gemini_emulator.prompt import Prompt, objects_of, text_of, texts_of
from tools.gemini_emulator.story.lexicon.moods import Feeling, find_feeling
from tools.gemini_emulator.story.lexicon.people import SAID
from tools.gemini_emulator.story.lexicon.places import INDOORS, PlaceKind, find_place
from tools.gemini_emulator.story.lexicon.tables import words_pattern
from tools.gemini_emulator.story.lexicon.times import Daytime, Weather, find_daytime, find_weather
from tools.gemini_emulator.story.people import form_pattern, people_of
from tools.gemini_emulator.story.seeds import choice, fraction

MAX_ACTORS = 4
LONGEST_SHOUT = 60
LOUD_ENDS = ("!", "\uff01")
BUBBLE_ROOM = 0.1
UNSEEN = re.compile(
    r"\b(?:some(?:body|one)|a voice) (?:out of sight|off-?screen|unseen)|\bvoice-?over\b", re.IGNORECASE
)
CAMERA_WORDS = "close* wide* zoom* angle* shot* above* below*"
SPEED_WORDS = "ran run runs running dash* chas* raced racing sprint* rush* flew zoom*"
# What shows of a pose when the legs are out of the picture.
ABOVE_THE_WAIST: dict[PoseName, PoseName] = {
    "run": "reach",
    "jump": "cheer",
    "crouch": "reach",
    "lie": "stand",
    "walk": "stand",
}
HANDS_FREE: frozenset[PoseName] = frozenset({"hold", "stand", "walk", "sit", "think"})
# Where actors stand, as parts of the width; the first one speaks.
SLOTS = {1: (0.5,), 2: (0.29, 0.72), 3: (0.2, 0.52, 0.82), 4: (0.14, 0.4, 0.64, 0.87)}
# The height of the largest head, as a part of the picture's height, and how it shrinks with the number of actors.
HEAD_SIZES = {"medium": 0.3, "close": 0.52, "extreme": 1.15}
CROWDING = {1: 1.0, 2: 0.88, 3: 0.72, 4: 0.6}


@dataclass(frozen=True, slots=True)
class Stage:
    """A panel as it will be drawn. All measures are pixels of the finished picture. The first actor speaks."""

    size: tuple[int, int]
    framing: Framing
    place: PlaceKind
    daytime: Daytime
    weather: Weather
    effect: Effect
    actors: tuple[Actor, ...]
    bubble: Bubble | None
    is_comic: bool
    seed: str
    style_text: str = ""
    note: str = ""
    detail: int = 1


def stage_of(prompt: Prompt, size: tuple[int, int], detail: int = 1) -> Stage:
    """Return the stage of a panel; `detail` is how many times larger than `size` it is drawn.

    A panel that is changed keeps the layout of the current drawing. A wish that changes nothing is noted on it.
    """
    stage = replace(_staged(prompt, prompt.wishes, size), detail=detail)
    wish = prompt.text("instructions")
    if (
        prompt.current is None
        or not wish
        or not _may_have_writing(prompt)
        or stage != replace(_staged(prompt, prompt.wishes[1:], size), detail=detail)
    ):
        return stage
    return replace(stage, note=printable(wish))


def _staged(prompt: Prompt, wishes: Sequence[str], size: tuple[int, int]) -> Stage:
    """Return the stage; `wishes` are what the user has asked for, the latest first."""
    panel = prompt.object("panel")
    scene = text_of(panel, "sceneDescription") or prompt.free_text
    instructions, layout = " ".join(wishes), prompt.layout
    line = _line(prompt)
    feeling = _first(find_feeling, *wishes, f"{scene} {text_of(panel, 'visualMood')}")
    # instructions about the camera win
    framing = framing_for(layout if words_pattern(CAMERA_WORDS).search(layout) else text_of(panel, "cameraAngle"))
    seed = f"{text_of(panel, 'panelNumber')}{scene}{layout}"
    place = _place(prompt, scene, wishes)
    weather = _first(find_weather, *wishes, scene)
    looks = _looks(prompt, _names(prompt, scene), framing, instructions)
    has_room = line is not None or not _may_have_writing(prompt)
    cast = _Cast(looks, f"{layout} {scene}", line, feeling, framing, size, seed, has_room)
    wanted = {text_of(face, "name"): text_of(face, "part") for face in objects_of(panel, "faces")}
    actors = [with_face_in(actor, wanted.get(actor.look.name, ""), size) for actor in _actors(cast)]
    return Stage(
        size=size,
        framing=framing,
        place=place,
        daytime=_first(find_daytime, *wishes, scene, text_of(prompt.object("setting"), "timePeriod")) or "day",
        weather=weather if weather and place not in INDOORS | {"space"} else "clear",
        effect=_effect(f"{scene} {instructions}", line, feeling, framing),
        actors=tuple(actors),
        bubble=_bubble(line, actors, size, is_unseen=bool(UNSEEN.search(scene))),
        is_comic=prompt.text("style") == "comic",
        seed=seed,
        style_text=prompt.text("style-text"),
    )


def _first[Found](find: Callable[[str], Found | None], *texts: str) -> Found | None:
    """Return what is found in the first text that has any."""
    return next((found for found in map(find, texts) if found is not None), None)


def _may_have_writing(prompt: Prompt) -> bool:
    return prompt.object("lettering").get("drawn") is not False


def _line(prompt: Prompt) -> str | None:
    if prompt.object("lettering").get("dialogue") is False or not _may_have_writing(prompt):
        return None
    return printable(text_of(prompt.object("panel"), "dialogue").strip('"“”«»「」')) or None


def _names(prompt: Prompt, scene: str) -> list[str]:
    """Return who is in the panel, the speaker first."""
    panel = prompt.object("panel")
    names = list(dict.fromkeys(texts_of(panel, "characters")))[:MAX_ACTORS]
    if not panel:
        names = [person.name for person in people_of(scene)][:2]
    said = "|".join(sorted(SAID | {"speaks", "speaking"}))
    for name in map(re.escape, names):
        if re.search(rf"{name}(?:\s+\w+)?\s+(?:{said})\b|\b(?:{said})\s+{name}", scene, re.IGNORECASE):
            return sorted(names, key=lambda other: re.escape(other) != name)
    return names


def _place(prompt: Prompt, scene: str, wishes: Sequence[str]) -> PlaceKind:
    head = scene.split(":", maxsplit=1)[0] if ":" in scene[:90] else ""
    location = text_of(prompt.object("setting"), "location")
    return _first(find_place, *wishes, head, scene, location) or "city"


def _effect(text: str, line: str | None, feeling: Feeling | None, framing: Framing) -> Effect:
    if words_pattern(SPEED_WORDS).search(text):
        return "speed" if framing.shows_legs or framing.shot == "medium" else "focus"
    is_loud = line is not None and line.endswith(LOUD_ENDS)
    if framing.shot == "wide":
        return "none"
    if is_loud or feeling == "surprised":
        return "focus"
    if feeling in {"sad", "afraid"}:
        return "gloom"
    return "sparkle" if feeling in {"happy", "tender"} else "none"


# --- actors ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who is to be put on the stage, and what happens there. `has_room`: there is room for texts above the heads."""

    looks: Sequence[Look]
    scene: str
    line: str | None
    feeling: Feeling | None
    framing: Framing
    size: tuple[int, int]
    seed: str
    has_room: bool


def _looks(prompt: Prompt, names: Sequence[str], framing: Framing, instructions: str) -> list[Look]:
    described = {text_of(member, "name"): text_of(member, "physicalDescription") for member in prompt.objects("cast")}
    room = {"extreme": 1, "close": 2}.get(framing.shot, MAX_ACTORS)
    named = [name for name in names if form_pattern(name).search(instructions)]
    wished = {name: worn_in(instructions) for name in named or names}
    return [look_of(name, f"{wished.get(name, '')}{described.get(name, '')}") for name in names[:room]]


def _actors(cast: _Cast) -> list[Actor]:
    if not cast.looks:
        return []
    adult = _adult_height(cast)
    return [_in_frame(_actor(cast, index, adult), cast) for index in range(len(cast.looks))]


def _actor(cast: _Cast, index: int, adult: float) -> Actor:
    look, framing = cast.looks[index], cast.framing
    is_alone = len(cast.looks) == 1
    slot = choice((0.4, 0.5, 0.6), cast.seed, "slot") if is_alone else SLOTS[len(cast.looks)][index]
    if fraction(cast.seed, "mirror") < 0.4:  # noqa: PLR2004 - mostly the speaker stands on the left
        slot = 1 - slot
    line = cast.line if index == 0 and not UNSEEN.search(cast.scene) else None
    about = _about(look.name, [other.name for other in cast.looks], cast.scene)
    pose = _pose(about, line, framing)
    holds = index == 0 and pose in HANDS_FREE and (framing.shows_legs or framing.shot == "medium")
    return Actor(
        look=look,
        x=slot * cast.size[0],
        ground=(framing.ground + index % 2 * 0.015) * cast.size[1],
        adult_px=adult,
        pose=pose,
        expression=expression_for(cast.feeling, about, line),
        faces_left=slot > (0.5 if is_alone else 0.52),
        turn=0.25 if is_alone else 0.5,
        prop=prop_in(about) if holds else None,
    )


def _adult_height(cast: _Cast) -> float:
    """Return a grown-up's height. In close shots it follows the largest head, so that a child fills the frame too."""
    width, height = cast.size
    count = len(cast.looks)
    if cast.framing.shows_legs:
        # figures side by side need their width
        return min(cast.framing.adult * height, width * 1.5 / count**0.5)
    largest_head = max(look.height / look.heads for look in cast.looks)
    return HEAD_SIZES[cast.framing.shot] * height * CROWDING[count] * min(1.0, width / height / 1.05) / largest_head


def _about(name: str, names: Sequence[str], scene: str) -> str:
    """Return the sentences of a scene about somebody: those that name them, or else those that name nobody else."""
    sentences = re.split(r"(?<=[.!?。\uff01\uff1f])\s*", scene)
    own = [text for text in sentences if form_pattern(name).search(text) or (name.split(maxsplit=1)[0] in text)]
    others = [other for other in names if other != name]
    return " ".join(own or [text for text in sentences if not any(other in text for other in others)])


def _pose(about: str, line: str | None, framing: Framing) -> PoseName:
    pose = pose_for(about, speaks=line is not None, is_excited=bool(line and line.endswith(LOUD_ENDS)))
    if framing.shows_legs:
        return pose
    if framing.shot == "medium":
        return ABOVE_THE_WAIST.get(pose, pose)
    return pose if pose in {"think", "cower", "wave"} else "stand"


def _in_frame(actor: Actor, cast: _Cast) -> Actor:
    """Move somebody so that the head is where the shot wants it, and inside the frame."""
    width, height = cast.size
    left, top, right, bottom = actor.head_box
    if cast.framing.shows_legs:
        room = height * (0.3 if cast.has_room else 0.05)
        actor = replace(actor, ground=min(actor.ground + max(0.0, room - top), height * 1.12))
    else:
        middle = 0.56 if cast.framing.shot == "close" else 0.5
        middle += BUBBLE_ROOM if cast.has_room and cast.framing.shot != "extreme" else 0.0
        # shorter people stay a little lower than taller ones
        shift = middle * height - (top + bottom) / 2 + (1 - min(actor.look.height, 1.0)) * height * 0.12
        actor = replace(actor, ground=actor.ground + shift)
    if right - left < width:
        return replace(actor, x=actor.x + max(0.0, 6 - left) - max(0.0, right - (width - 6)))
    return replace(actor, x=width / 2)


def _bubble(line: str | None, actors: Sequence[Actor], size: tuple[int, int], *, is_unseen: bool) -> Bubble | None:
    if line is None:
        return None
    mouth = actors[0].mouth if actors and not is_unseen else None
    is_shout = line.endswith(LOUD_ENDS) and len(line) < LONGEST_SHOUT
    return place_bubble(line, size, [actor.head_box for actor in actors], mouth, is_shout=is_shout)
