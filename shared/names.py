"""Names that cross a process boundary: functions, instances and blobs.

Running generations carry these names in their history and in storage: renaming one breaks them.
"""

import hashlib
import re
import secrets
from typing import Literal

from shared.models.step_ref import STEP_KIND, ImageKind, StepKind, StepRef

MANGA_ORCHESTRATOR = "manga"
STEP_ORCHESTRATOR = "step"

ANALYZE_STORY = "analyze_story"
CHUNK_STORY = "chunk_story"
DRAW_CHARACTER = "draw_character"
DRAW_PANEL = "draw_panel"
TRANSLATE_LETTERING = "translate_lettering"
SAVE_LEDGER = "save_ledger"
LOAD_LEDGER = "load_ledger"
COPY_IMAGES = "copy_images"
BEGIN_NEXT_CHAPTER = "begin_next_chapter"
RETENTION = "retention"
FINISH_DELETES = "finish_deletes"

CANCEL_EVENT = "cancel"

ACTIVITIES: dict[StepKind, str] = {
    "analysis": ANALYZE_STORY,
    "chunks": CHUNK_STORY,
    "character": DRAW_CHARACTER,
    "panel": DRAW_PANEL,
    "lettering": TRANSLATE_LETTERING,
}

_FAILURE_BLOB = re.compile(
    r"(?P<generation_id>[0-9a-f]{32})/failures/"
    r"(?P<kind>analysis|chunks|character|panel)-(?P<index>\d+)-(?P<version>\d+)\.json"
)
_FAILURE_BLOB_OF_LETTERING = re.compile(
    r"(?P<generation_id>[0-9a-f]{32})/failures/(?P<kind>lettering)-(?P<source>[0-9a-f]+)-(?P<language>[A-Za-z\d-]+)\.json"
)
_OF_STEP = re.compile(
    r"[0-9a-f]{32}/(?:(?:failures|unkept)/)?(?P<kind>analysis|chunks|character|panel|lettering)(?:s?/|[.-]).+"
)
_TRANSLATION = re.compile(r"[0-9a-f]{32}/lettering/(?P<source>[0-9a-f]+)/(?P<language>[A-Za-z\d-]+)\.json")
_LETTERING_INSTANCE = re.compile(
    r"(?P<generation_id>[0-9a-f]{32}):(?P<kind>lettering):(?P<language>[A-Za-z\d-]+):(?P<source>[0-9a-f]+)"
)
_GENERATION_ID = re.compile(r"[0-9a-f]{32}")


# Prefixes of blob names.
CLAIMS = "claims/"
RATES = "limits/"
LIFECYCLES = "states/"
DELETIONS = "deletions/"
SHARES = "shares/"
BOOKS = "books/"
OLD_EXPIRY_MARKS = "expiry/"


def new_generation_id() -> str:
    """Return an unguessable generation id: 128 random bits as 32 hex digits."""
    return secrets.token_hex(16)


def is_generation_id(text: str) -> bool:
    """Return whether the text has the form of a generation id."""
    return _GENERATION_ID.fullmatch(text) is not None


def step_instance_id(step: StepRef, round_: int = 0) -> str:
    """Return the id of a step's orchestration, such as `<id>:panel:3` or, in a later round, `<id>:panel:3:r1`.

    A translation's is `<id>:lettering:<language>:<source>`: one of other texts may still be under way.
    """
    parts = [step.generation_id, step.kind]
    if step.is_image:
        parts.append(str(step.index))
    if step.language is not None and step.source is not None:
        # Without a round: at most one translation of the same texts into a language runs at a time.
        return ":".join([*parts, step.language, step.source])
    if round_:
        parts.append(f"r{round_}")
    return ":".join(parts)


def generation_of(instance_id: str) -> str | None:
    """Return the generation that an orchestration belongs to, or None if it belongs to none."""
    first = instance_id.partition(":")[0]
    return first if is_generation_id(first) else None


def step_prefix(generation_id: str) -> str:
    """Return the prefix of the instance ids of a generation's steps."""
    return f"{generation_id}:"


_NEVER_CHANGING = re.compile(
    r"[0-9a-f]{32}/(?:(?:request|analysis|chunks)\.json|(?:uploads|cast|characters|panels|instructions|plans)/.+"
    r"|lettering/[0-9a-f]+/[^/]+)"
)


def never_changes(name: str) -> bool:
    """Return whether the blob of that name, once created, never changes until its generation is deleted."""
    return _NEVER_CHANGING.fullmatch(name) is not None


def request_blob(generation_id: str) -> str:
    """Return the blob of a generation's inputs."""
    return f"{generation_id}/request.json"


def upload_blob(generation_id: str, kind: Literal["character", "setting"], index: int) -> str:
    """Return the blob of an uploaded reference image."""
    return f"{generation_id}/uploads/{kind}-{index}"


def image_folder(generation_id: str, kind: ImageKind) -> str:
    """Return the prefix of a generation's images of a kind."""
    return f"{generation_id}/{kind}s/"


def result_blob(step: StepRef) -> str:
    """Return the blob of a step's result: a text, of which there is one version, or an image."""
    match step.kind:
        case "analysis" | "chunks":
            return f"{step.generation_id}/{step.kind}.json"
        case "character" | "panel":
            return f"{image_folder(step.generation_id, step.kind)}{step.index}/{step.version}"
        case "lettering":
            return lettering_set_blob(step.generation_id, step.source or "", step.language or "")


def lettering_set_blob(generation_id: str, source: str, language: str) -> str:
    """Return the blob of the translated texts of a comic; `source` is a digest of the texts that were translated."""
    return f"{lettering_prefix(generation_id, source)}{language}.json"


def lettering_prefix(generation_id: str, source: str) -> str:
    """Return the prefix of the translations of the same texts."""
    return f"{generation_id}/lettering/{source}/"


def language_of_lettering_blob(name: str) -> str | None:
    """Return the language of a translation; None if the blob is none."""
    match = _TRANSLATION.fullmatch(name)
    return match and match["language"]


def lettering_steps_prefix(generation_id: str) -> str:
    """Return the prefix of the instance ids of a generation's translations."""
    return f"{step_prefix(generation_id)}lettering:"


def lettering_step_of_instance(instance_id: str) -> StepRef | None:
    """Return the translation that an orchestration makes; None if it is another one."""
    match = _LETTERING_INSTANCE.fullmatch(instance_id)
    return match and StepRef.model_validate(match.groupdict())


def lettering_edit_blob(generation_id: str, language: str, panel_key: str) -> str:
    """Return the blob with what a client has made of a panel's texts (`shared.storage.lettering`)."""
    return f"{lettering_edits_prefix(generation_id, language)}{panel_key}.json"


def lettering_edits_prefix(generation_id: str, language: str) -> str:
    """Return the prefix of the edits of texts in a language."""
    return f"{generation_id}/lettering/edits/{language}/"


def plan_blob(generation_id: str, token: str) -> str:
    """Return the blob of a plan that a client has edited."""
    return f"{generation_id}/plans/{token}.json"


def failure_blob(step: StepRef) -> str:
    """Return the blob that says why a step's latest attempt failed."""
    return f"{failure_prefix(step.generation_id)}{_attempt_name(step)}"


def step_of_failure_blob(name: str) -> StepRef | None:
    """Return the step that a failure record is about; None if the blob is no failure record."""
    match = _FAILURE_BLOB.fullmatch(name) or _FAILURE_BLOB_OF_LETTERING.fullmatch(name)
    return match and StepRef.model_validate(match.groupdict())


def lease_blob(step: StepRef) -> str:
    """Return the blob of a step's lease (`shared.storage.leases`)."""
    return f"{step.generation_id}/leases/{_attempt_name(step)}"


def _attempt_name(step: StepRef) -> str:
    if step.kind == "lettering":
        return f"{step.kind}-{step.source}-{step.language}.json"
    return f"{step.kind}-{step.index}-{step.version}.json"


def failure_prefix(generation_id: str) -> str:
    """Return the prefix of a generation's failure records."""
    return f"{generation_id}/failures/"


def unkept_blob(generation_id: str, kind: StepKind, token: str) -> str:
    """Return the blob with the usage of an answer that was paid for but not kept."""
    return f"{generation_id}/unkept/{kind}-{token}"


def kind_of_step_blob(name: str) -> StepKind | None:
    """Return the kind of step whose result, failure or unkept answer the blob is about; None for other blobs."""
    match = _OF_STEP.fullmatch(name)
    return match and STEP_KIND.validate_python(match["kind"])


def ledger_blob(generation_id: str) -> str:
    """Return the blob of the ledger as of the generation's last end."""
    return f"{generation_id}/ledger.json"


def choices_blob(generation_id: str) -> str:
    """Return the blob that says which versions of images count (`shared.storage.choices`)."""
    return f"{generation_id}/versions.json"


def share_blob(generation_id: str) -> str:
    """Return the blob of a generation's share (`shared.storage.shares`)."""
    return f"{generation_id}/share.json"


def share_pointer_blob(token_digest: str) -> str:
    """Return the blob by which the token of a share leads to its generation."""
    return f"{SHARES}{token_digest}.json"


def cast_blob(generation_id: str, sheet: str) -> str:
    """Return the blob with the copy of a known character's sheet; `sheet` says which drawing it is a copy of."""
    return f"{generation_id}/cast/{sheet}"


def waiting_blob(generation_id: str) -> str:
    """Return the blob with the chapters that follow a generation and have not begun."""
    return f"{generation_id}/waiting.json"


def waiting_chapter_id(first_of_text: str, place: int) -> str:
    """Return the id of a later chapter of a text: the same whenever it is asked for, and as unguessable as the first.

    `place` is the chapter's in the text (1: the second one).
    """
    return hashlib.sha256(f"{first_of_text}/{place}".encode()).hexdigest()[:32]


def book_prefix(book: str) -> str:
    """Return the prefix of what the chapters of a book have in common."""
    return f"{BOOKS}{book}/"


def chapter_blob(book: str, generation_id: str) -> str:
    """Return the blob by which a book lists one of its chapters."""
    return f"{book_prefix(book)}{generation_id}.json"


def chapter_of_blob(name: str) -> tuple[str, str | None]:
    """Return the book that a blob belongs to, and the chapter that it lists (None: it is another blob of the book)."""
    book, _, last = name.removeprefix(BOOKS).partition("/")
    generation_id = last.removesuffix(".json")
    return book, generation_id if is_generation_id(generation_id) else None


def text_spending_blob(book: str, first_of_text: str) -> str:
    """Return the blob with the sum spent on all chapters of a text, if there is a limit to it."""
    return f"{book_prefix(book)}spending-{first_of_text}.json"


def generation_spending_blob(generation_id: str) -> str:
    """Return the blob with the sum spent on a generation, if there is a limit to it."""
    return f"{generation_id}/spending.json"


def instructions_blob(generation_id: str, token: str) -> str:
    """Return the blob of the instructions for a redo."""
    return f"{generation_id}/instructions/{token}.txt"


def generation_prefix(generation_id: str) -> str:
    """Return the prefix of all of a generation's blobs."""
    return f"{generation_id}/"


def claim_blob(key_digest: str) -> str:
    """Return the blob that binds an idempotency key's digest to its generation."""
    return f"{CLAIMS}{key_digest}.json"


def rate_blob(what: str, client_digest: str) -> str:
    """Return the blob that counts what one client did, by a digest of its address."""
    return f"{RATES}{what}/{client_digest}.json"


def is_rate_blob(name: str) -> bool:
    """Return whether a blob counts what one client did; others in that folder are about all clients."""
    return name.startswith(RATES) and "/" in name.removeprefix(RATES)


def lifecycle_blob(generation_id: str) -> str:
    """Return the blob of a generation's lifecycle record (`shared.storage.lifecycle`)."""
    return f"{LIFECYCLES}{generation_id}.json"


def generation_of_lifecycle_blob(name: str) -> str:
    """Return the generation that a lifecycle record is about."""
    return name.removeprefix(LIFECYCLES).removesuffix(".json")


def deletion_blob(generation_id: str) -> str:
    """Return the marker that exists while a generation is being removed, so that a sweep finds it."""
    return f"{DELETIONS}{generation_id}"


def generation_of_deletion_blob(name: str) -> str:
    """Return the generation that a deletion marker is about."""
    return name.removeprefix(DELETIONS)


def old_expiry_blob(generation_id: str) -> str:
    """Return the marker that earlier versions of this app left for a generation whose retention had passed."""
    return f"{OLD_EXPIRY_MARKS}{generation_id}.json"


def generation_of_blob(name: str) -> str | None:
    """Return the generation that a blob belongs to, or None if it belongs to none."""
    first, slash, _ = name.partition("/")
    return first if slash and is_generation_id(first) else None


DAY_SPENDING_BLOB = f"{RATES}spending.json"
RUNNING_BLOB = f"{RATES}running.json"
SWEEP_BLOB = "maintenance/sweep.json"
