"""Plans a panel before anything is drawn: who stands where, how they look and feel, and where the bubble goes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tools.gemini_emulator.drawing.actor import Actor
from tools.gemini_emulator.drawing.bubbles import Bubble, BubbleKind, place_bubble
from tools.gemini_emulator.drawing.effects import Effect
from tools.gemini_emulator.drawing.expressions import expression_for
from tools.gemini_emulator.drawing.framing import Framing, framing_for
from tools.gemini_emulator.drawing.lettering import printable
from tools.gemini_emulator.drawing.look import Look, look_of
from tools.gemini_emulator.drawing.poses import PoseName, pose_for
from tools.gemini_emulator.drawing.props import prop_in
from tools.gemini_emulator.prompt import Prompt, text_of, texts_of
from tools.gemini_emulator.story.lexicon.moods import Feeling, find_feeling
from tools.gemini_emulator.story.lexicon.people import SAID
from tools.gemini_emulator.story.lexicon.places import INDOORS, PlaceKind, find_place
from tools.gemini_emulator.story.lexicon.times import Daytime, Weather, find_daytime, find_weather
from tools.gemini_emulator.story.people import form_pattern, people_of
from tools.gemini_emulator.story.seeds import choice, fraction

MAX_ACTORS = 4
LONGEST_SHOUT = 60
UNSEEN = re.compile(
    r"\b(?:somebody|someone|a voice) (?:out of sight|off-?screen|unseen)|\bvoice-?over\b", re.IGNORECASE
)
BUBBLE_ROOM = 0.1
# What shows of a pose when the legs are out of the picture.
ABOVE_THE_WAIST: dict[PoseName, PoseName] = {
    "run": "reach",
    "jump": "cheer",
    "crouch": "reach",
    "lie": "stand",
    "climb": "reach",
    "walk": "stand",
}
HANDS_FREE: frozenset[PoseName] = frozenset({"hold", "stand", "walk", "sit", "shrug", "think"})


@dataclass(frozen=True, slots=True)
class Stage:
    """A panel as it will be drawn. All measures are pixels of the finished picture."""

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

    @property
    def speaker(self) -> Actor | None:
        """Whoever speaks: the first of the actors."""
        return self.actors[0] if self.actors else None


def stage_of(prompt: Prompt, size: tuple[int, int]) -> Stage:
    """Plan the panel that a prompt asks for."""
    panel = prompt.object("panel")
    scene = text_of(panel, "sceneDescription") or prompt.free_text
    wish = prompt.text("instructions")
    line = _line(prompt)
    names = _names(prompt, scene)
    mood = f"{scene} {text_of(panel, 'visualMood')}"
    feeling = find_feeling(wish) or find_feeling(mood)
    framing = framing_for(_camera(text_of(panel, "cameraAngle"), wish))
    seed = f"{text_of(panel, 'panelNumber')}{scene}{wish}"
    place = _place(prompt, scene, wish)
    actors = _actors(prompt, names, f"{wish} {scene}", line, feeling, framing, size, seed)
    bubble = _bubble(line, actors, size, is_unseen=bool(UNSEEN.search(scene)))
    return Stage(
        size=size,
        framing=framing,
        place=place,
        daytime=find_daytime(wish)
        or find_daytime(scene)
        or find_daytime(text_of(prompt.object("setting"), "timePeriod"))
        or "day",
        weather=_weather(place, f"{scene} {wish}"),
        effect=_effect(f"{scene} {wish}", line, feeling, framing),
        actors=tuple(actors),
        bubble=bubble,
        is_comic=prompt.text("style") == "comic",
        seed=seed,
    )


def _camera(camera: str, wish: str) -> str:
    """A redo's wish about the camera wins."""
    return wish if re.search(r"\b(close|wide|zoom|angle|shot|above|below)", wish, re.IGNORECASE) else camera


def _line(prompt: Prompt) -> str | None:
    if prompt.object("lettering").get("dialogue") is False:
        return None
    return printable(text_of(prompt.object("panel"), "dialogue").strip('"“”«»「」')) or None


def _names(prompt: Prompt, scene: str) -> list[str]:
    """Return who is in the panel, whoever speaks first."""
    panel = prompt.object("panel")
    names = list(dict.fromkeys(texts_of(panel, "characters")))[:MAX_ACTORS]
    if not panel:
        names = [person.name for person in people_of(scene)][:2]
    said = "|".join(sorted(SAID | {"speaks", "speaking"}))
    for name in names:
        if re.search(
            rf"{re.escape(name)}(?:\s+\w+)?\s+(?:{said})\b|\b(?:{said})\s+{re.escape(name)}", scene, re.IGNORECASE
        ):
            return [name, *(other for other in names if other != name)]
    return names


def _place(prompt: Prompt, scene: str, wish: str) -> PlaceKind:
    head = scene.split(":", maxsplit=1)[0] if ":" in scene[:90] else ""
    location = text_of(prompt.object("setting"), "location")
    return find_place(wish) or find_place(head) or find_place(scene) or find_place(location) or "city"


def _weather(place: PlaceKind, text: str) -> Weather:
    found = find_weather(text)
    return found if found and place not in INDOORS | {"space", "underwater"} else "clear"


def _effect(text: str, line: str | None, feeling: Feeling | None, framing: Framing) -> Effect:
    if re.search(
        r"\b(ran|runs?|running|dash\w*|chas\w+|rac(?:ed|ing)|sprint\w*|rush\w*|flew|zoom\w*)\b", text, re.IGNORECASE
    ):
        return "speed" if framing.shot in {"wide", "full", "medium"} else "focus"
    if (line and line.endswith(("!", "\uff01"))) or feeling == "surprised":
        return "focus" if framing.shot in {"close", "extreme", "medium", "full"} else "none"
    if feeling in {"sad", "afraid"} and framing.shot != "wide":
        return "gloom"
    return "sparkle" if feeling in {"happy", "tender"} and framing.shot != "wide" else "none"


# --- actors ---------------------------------------------------------------------------------------------------------


def _actors(
    prompt: Prompt,
    names: Sequence[str],
    scene: str,
    line: str | None,
    feeling: Feeling | None,
    framing: Framing,
    size: tuple[int, int],
    seed: str,
) -> list[Actor]:
    if not names:
        return []
    described = {text_of(member, "name"): text_of(member, "physicalDescription") for member in prompt.objects("cast")}
    looks = [look_of(name, described.get(name, "")) for name in names]
    if framing.shot in {"close", "extreme"}:
        looks = looks[: 1 if framing.shot == "extreme" else 2]
    width, height = size
    adult = _adult_height(framing, looks, size)
    slots = _slots(len(looks), seed)
    actors: list[Actor] = []
    for index, look in enumerate(looks):
        speaks = index == 0 and line is not None and not UNSEEN.search(scene)
        about = _about(look.name, names, scene)
        pose = _pose(about, speaks=speaks, line=line, framing=framing)
        actor = Actor(
            look=look,
            x=slots[index] * width,
            ground=framing.ground * height + (index % 2) * height * 0.015,
            adult_px=adult,
            pose=pose,
            expression=expression_for(feeling, about, line if speaks else None),
            faces_left=slots[index] > (0.52 if len(looks) > 1 else 0.5),
            turn=0.5 if len(looks) > 1 else 0.25,
            prop=prop_in(about)
            if pose in HANDS_FREE and index == 0 and framing.shot in {"wide", "full", "medium"}
            else None,
        )
        actors.append(_in_frame(actor, framing, size, has_line=line is not None))
    return _over_shoulder(actors, size) if framing.shot == "over-shoulder" and len(actors) > 1 else actors


def _adult_height(framing: Framing, looks: Sequence[Look], size: tuple[int, int]) -> float:
    """A grown-up's height; in close shots it follows the largest head, so that a child or a cat fills the frame too."""
    width, height = size
    adult = framing.adult * height
    if framing.shot in {"wide", "full"}:
        # figures side by side need their width
        return min(adult, width * 1.5 / max(1, len(looks)) ** 0.5)
    tallest = max(look.height for look in looks)
    heads = max(look.height / (look.heads if look.is_human else 2.4) for look in looks)
    wanted = {"medium": 0.3, "over-shoulder": 0.32, "close": 0.52, "extreme": 1.15}[framing.shot] * height
    crowd = {1: 1.0, 2: 0.88, 3: 0.72}.get(len(looks), 0.6)
    narrow = min(1.0, width / height / 1.05)
    return min(wanted * crowd * narrow / heads, adult * 2.4 / tallest)


def _slots(count: int, seed: str) -> tuple[float, ...]:
    """Return where the actors stand, as parts of the width; the first speaks and mostly stands on the left."""
    mirror = fraction(seed, "mirror") < 0.4  # noqa: PLR2004 - mostly from left to right
    slots = {1: (choice((0.4, 0.5, 0.6), seed, "slot"),), 2: (0.29, 0.72), 3: (0.2, 0.52, 0.82)}.get(
        count, (0.14, 0.4, 0.64, 0.87)
    )
    return tuple(1 - slot for slot in slots) if mirror else slots


def _about(name: str, names: Sequence[str], scene: str) -> str:
    """Return the sentences of a scene that are about somebody: those that name them, or all that name nobody else."""
    sentences = re.split(r"(?<=[.!?。\uff01\uff1f])\s*", scene)
    own = [text for text in sentences if form_pattern(name).search(text) or (name.split(maxsplit=1)[0] in text)]
    if own:
        return " ".join(own)
    others = [other for other in names if other != name]
    return " ".join(text for text in sentences if not any(other in text for other in others))


def _pose(about: str, *, speaks: bool, line: str | None, framing: Framing) -> PoseName:
    pose = pose_for(about, speaks=speaks, is_excited=bool(line and line.endswith(("!", "\uff01"))))
    if framing.shot in {"close", "extreme", "over-shoulder"} and pose not in {"think", "cower", "wave"}:
        return "stand"
    if framing.shot == "medium":
        return ABOVE_THE_WAIST.get(pose, pose)
    return pose


def _in_frame(actor: Actor, framing: Framing, size: tuple[int, int], *, has_line: bool) -> Actor:
    """Move somebody so that the head is where the shot wants it, and inside the frame."""
    width, height = size
    left, top, right, bottom = actor.head_box
    if framing.shot in {"medium", "close", "extreme", "over-shoulder"}:
        middle = {"medium": 0.5, "over-shoulder": 0.5, "close": 0.56, "extreme": 0.5}[framing.shot]
        middle += BUBBLE_ROOM if has_line and framing.shot != "extreme" else 0.0
        shift = middle * height - (top + bottom) / 2
        # shorter people stay a little lower than taller ones
        shift += (1 - min(actor.look.height, 1.0)) * height * 0.12
        actor = replace(actor, ground=actor.ground + shift)
    else:
        room = height * (0.3 if has_line else 0.05)
        actor = replace(actor, ground=min(actor.ground + max(0.0, room - top), height * 1.12))
    if right - left < width:
        return replace(actor, x=actor.x + max(0.0, 6 - left) - max(0.0, right - (width - 6)))
    return replace(actor, x=width / 2)


def _over_shoulder(actors: list[Actor], size: tuple[int, int]) -> list[Actor]:
    """The speaker looks at us; the listener's back is large in front, at the side."""
    width, height = size
    speaker, listener = actors[0], actors[1]
    speaker = replace(speaker, x=width * 0.36, faces_left=False, turn=0.3)
    head = height * 0.5
    scale = head / max(listener.head_px, 1)
    listener = replace(listener, adult_px=listener.adult_px * scale, x=width * 0.86, from_behind=True, pose="stand")
    _, top, _, bottom = listener.head_box
    listener = replace(listener, ground=listener.ground + height * 0.64 - (top + bottom) / 2)
    return [speaker, listener]


def _bubble(line: str | None, actors: Sequence[Actor], size: tuple[int, int], *, is_unseen: bool) -> Bubble | None:
    if line is None:
        return None
    kind: BubbleKind = "shout" if line.endswith(("!", "\uff01")) and len(line) < LONGEST_SHOUT else "speech"
    speaker = actors[0] if actors and not is_unseen else None
    return place_bubble(line, size, [actor.head_box for actor in actors], speaker.mouth if speaker else None, kind)
