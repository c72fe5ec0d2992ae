"""One random sequence of requests, crashes and reads, and the guarantees during and after it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from unittest.mock import patch

from api.generations.cancelled_start import cancel_start
from api.generations.changes import cancel, delete, make_again, retry
from api.generations.images import read_image
from api.generations.languages import read_languages
from api.generations.ledgers import find_run, full_ledger
from api.generations.start import Starter
from api.generations.versions import choose_version
from api.lettering.editing import edit_panel, read_panel
from api.lettering.source import find_lettered
from api.lettering.translate import translate
from api.plans.editing import edit_plan, read_plan
from api.share.sharing import end_sharing, share_comic
from maintenance.deletions import finish_deletions
from maintenance.retention import enforce_retention
from shared.errors import MangaError, NotFound
from shared.images.calm import Measured
from shared.models.http.lettering import LetteringRequest, PlacedText
from shared.models.http.plan import PlanRequest
from shared.models.http.requests import GenerateMangaRequest
from shared.models.ledger import CLOSING_ENTRIES, AnalysisEntry, CancelledEntry, CompleteEntry, Entry, Ledger
from shared.models.lettering import MAX_TEXTS_A_PANEL, PanelLettering
from shared.models.step_ref import ImageKind, StepRef
from shared.models.steps import MAX_ATTEMPTS
from shared.models.stored.lettering import LetteringEdit
from shared.names import DELETIONS, generation_of, generation_prefix, lettering_edits_prefix
from shared.storage.lifecycle import Cancelling, Deleted, Ended, Lifecycle, Lifecycles, Running, is_gone
from tests.explorer.edits import edited
from tests.explorer.loop import ShuffledLoop, Stuck
from tests.explorer.processes import Killed, turns
from tests.explorer.world import World, drawing_of

_REQUEST = GenerateMangaRequest(story="Mira rows out.", style="manga")
_KEYS = (None, "first key", "second key")
_STOPPING = GenerateMangaRequest(story="Mira rows out.", style="manga", stop_after="plan")
_LETTERED = GenerateMangaRequest(story="Mira rows out.", style="manga", lettering="text", language="en")
_LANGUAGES = (None, None, "ja")
_KINDS: tuple[ImageKind, ImageKind] = ("character", "panel")
_DAY_S = 24 * 60 * 60


class Violation(AssertionError):
    """A guarantee does not hold."""


def _measure(_image: object) -> Measured:
    # No picture of the model is a real one.
    return Measured("0" * 24 * 24, 1.0)


@dataclass(slots=True)
class Sequence:
    """The sequence of a seed. `log` says what was asked, and how it was answered."""

    seed: int
    log: list[str] = field(default_factory=list[str])
    rng: Random = field(init=False)
    world: World = field(init=False)
    keys: tuple[str | None, ...] = _KEYS
    request: GenerateMangaRequest = _REQUEST
    is_disturbed: bool = False
    has_faults: bool = False
    # By generation: the turn in which the deletion was asked for and answered, the messages seen, the rounds cancelled.
    deleting: dict[str, int] = field(default_factory=dict[str, int])
    deleted: dict[str, int] = field(default_factory=dict[str, int])
    seen: dict[tuple[str, int], Entry] = field(default_factory=dict[tuple[str, int], Entry])
    cancelled: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])
    # Key and id of each generation that was started, in order.
    started: list[tuple[str | None, str]] = field(default_factory=list[tuple[str | None, str]])
    cancelled_keys: dict[str, int] = field(default_factory=dict[str, int])
    # Words that clients have added to texts and had answered, with their generation and language.
    added: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    edits: int = 0

    def run(self) -> None:
        """Run the sequence.

        Raises:
            Violation: a guarantee does not hold; the message has the log.
        """
        self.rng = Random(self.seed)
        loop = ShuffledLoop(self.rng)
        try:
            with patch("secrets.token_hex", self._token), patch("activities.results.measure", _measure):
                loop.run(self._play())
            faults = [fault for fault in loop.faults if not isinstance(fault.get("exception"), Killed | MangaError)]
            self._hold(not faults, f"errors that nobody has caught: {faults}")
        except (Stuck, Exception) as exc:
            raise Violation(f"seed {self.seed}: {exc!r}\n" + "\n".join(self.log)) from exc

    def _token(self, size: int) -> str:
        return self.rng.randbytes(size).hex()

    async def _play(self) -> None:
        world = self.world = World(self.rng)
        self.keys = self.rng.choice((_KEYS, _KEYS[:2], _KEYS[1:2]))
        self.request = self.rng.choice((_REQUEST, _REQUEST, _STOPPING, _LETTERED))
        world.engine.duplicates = self.rng.choice((0, 0, 0.3))
        world.fault_rate = world.web.fault_rate = world.worker.fault_rate = self.rng.choice((0, 0, 0.01))
        world.model_fault_rate = self.rng.choice((0, 0.2))
        self.has_faults = world.fault_rate > 0
        self.is_disturbed = self.has_faults or world.model_fault_rate > 0
        tasks = [asyncio.create_task(self._do("start", self._start))]
        # Often there is a generation that has ended, or is well under way, before anything else is asked for.
        await asyncio.sleep(self.rng.choice((0, 5, 60, 600)))
        for _ in range(self.rng.randint(2, 7)):
            await asyncio.sleep(self.rng.choice((0, 0, 0.1, 5, 60, 300)))
            name, operation = self.rng.choice(self._operations)
            tasks.append(asyncio.create_task(self._do(name, operation)))
        await asyncio.gather(*tasks)
        world.fault_rate = world.web.fault_rate = world.worker.fault_rate = world.model_fault_rate = 0
        await world.engine.idle()
        await self._check()
        await self._finish()

    @property
    def _operations(self) -> list[tuple[str, Callable[[], Awaitable[object]]]]:
        of_texts: list[tuple[str, Callable[[], Awaitable[object]]]] = [
            ("translate", self._translate),
            ("edit lettering", self._edit_lettering),
        ]
        return [
            *(of_texts * 3 if self.request.lettering == "text" else ()),
            ("start", self._start),
            ("cancel", self._cancel),
            ("cancel by key", self._cancel_start),
            ("retry", self._retry),
            ("retry", self._retry),
            ("redo", self._redo),
            ("redo", self._redo),
            ("choose", self._choose),
            ("edit plan", self._edit_plan),
            ("edit plan", self._edit_plan),
            ("share", self._share),
            ("unshare", self._unshare),
            ("delete", self._delete),
            ("read", self._read),
            ("read image", self._read_image),
            ("crash", self._crash),
            ("lose host", self._lose_host),
        ]

    async def _do(self, name: str, operation: Callable[[], Awaitable[object]]) -> None:
        begun = turns()
        try:
            answer = str(await operation())
        except (Killed, MangaError) as exc:
            answer = type(exc).__name__
        self.log.append(f"{begun:>6} to {turns():>6}: {name}: {answer}")

    def _any(self) -> str:
        return self.rng.choice(self._known) if self.started else "0" * 32

    @property
    def _known(self) -> list[str]:
        return list(dict.fromkeys(generation_id for _, generation_id in self.started))

    async def _start(self) -> str:
        key, begun = self.rng.choice(self.keys), turns()
        deps, limits, engine = self.world.web_deps()
        generation_id = await Starter(deps, limits, engine, "client").start(self.request, "digest", key)
        is_forbidden = key is not None and self.cancelled_keys.get(key, begun) < begun
        self._hold(not is_forbidden, "a start with a cancelled key was begun")
        self.started.append((key, generation_id))
        return f"{key} {generation_id}"

    async def _cancel(self) -> str:
        generation_id = self._any()
        self.is_disturbed = True
        deps, _, engine = self.world.web_deps()
        await cancel(deps, engine, generation_id)
        await self._expect_cancelled(generation_id)
        return generation_id

    async def _cancel_start(self) -> str:
        key = self.rng.choice(_KEYS[1:])
        assert key is not None
        self.is_disturbed = True
        deps, _, engine = self.world.web_deps()
        generation_id = await cancel_start(deps, engine, key)
        if generation_id is None:
            self.cancelled_keys.setdefault(key, turns())
        else:
            await self._expect_cancelled(generation_id)
        return f"{key} {generation_id}"

    async def _expect_cancelled(self, generation_id: str) -> None:
        record = await self._record(generation_id)
        if isinstance(record, Cancelling) or (isinstance(record, Ended) and record.cancelled):
            self.cancelled.setdefault((generation_id, record.round), turns())

    async def _retry(self) -> str:
        generation_id = self._any()
        await retry(*self._with(generation_id))
        return generation_id

    async def _redo(self) -> str:
        generation_id = self._any()
        kind = self.rng.choice(_KINDS)
        await make_again(*self._with(generation_id), kind, 0, self.rng.choice((None, "at night")))
        return f"{generation_id} {kind}"

    async def _edit_plan(self) -> str:
        generation_id = self._any()
        deps, _, engine = self.world.web_deps()
        read = await read_plan(deps, engine, generation_id)
        known = self.rng.choice((read.etag, read.etag, read.etag, '"original"'))
        wanted = edited(read.plan, self.rng)
        request = PlanRequest.model_validate(wanted.model_dump(by_alias=True))
        begun = turns()
        put = await edit_plan(deps, engine, generation_id, request, lambda etag: etag == known)
        self._hold(put.plan == wanted, f"{generation_id}: {put} was stored instead of {wanted}")
        self._not_deleted(generation_id, begun)
        if put.token is not None:
            ledger = await full_ledger(deps.generations, await find_run(deps, engine, generation_id))
            used = {entry.plan for entry in ledger.entries if isinstance(entry, AnalysisEntry)}
            self._hold(put.token in used, f"{generation_id}: {put.token} was answered, and is not used")
        return f"{generation_id} {put.token}"

    async def _translate(self) -> str:
        generation_id, language, begun = self._any(), self.rng.choice(("ja", "de")), turns()
        deps, _, engine = self.world.web_deps()
        languages = await translate(deps, engine, generation_id, language)
        self._not_deleted(generation_id, begun)
        is_known = generation_id in self.deleting or language in [each.language for each in languages]
        self._hold(is_known, f"{generation_id}: {language} was answered with {languages}")
        return f"{generation_id} {language}"

    async def _edit_lettering(self) -> None:
        """Add words to the texts of a panel, one or two clients at once."""
        generation_id, index, language = self._any(), self.rng.choice((0, 0, 1)), self.rng.choice(_LANGUAGES)

        def edit() -> Awaitable[str]:
            return self._add_word(generation_id, index, language)

        await asyncio.gather(*(self._do("add word", edit) for _ in range(self.rng.choice((1, 2)))))

    async def _add_word(self, generation_id: str, index: int, language: str | None) -> str:
        deps, _, engine = self.world.web_deps()
        read = await read_panel(deps, engine, generation_id, index, language)
        lettering = PanelLettering.model_validate_json(read.content)
        word, begun = f"Word {self.edits}", turns()
        self.edits += 1
        if len(lettering.texts) == MAX_TEXTS_A_PANEL:
            return "there are as many as can be"
        texts = [PlacedText(kind="narration", text=text) for text in (*(each.text for each in lettering.texts), word)]
        request = LetteringRequest(texts=tuple(texts))
        put = await edit_panel(deps, engine, generation_id, index, language, request, lambda etag: etag == read.etag)
        self._hold(word.encode() in put.content, f"{generation_id}: {word} was not stored")
        self._not_deleted(generation_id, begun)
        self.added.append((generation_id, lettering.language, word))
        return f"{generation_id} {index} {lettering.language} {word}"

    async def _choose(self) -> str:
        generation_id = self._any()
        deps, _, engine = self.world.web_deps()
        await choose_version(deps, engine, generation_id, "panel", 0, self.rng.choice((1, 2)))
        return generation_id

    async def _share(self) -> str:
        generation_id = self._any()
        deps, _, engine = self.world.web_deps()
        return f"{generation_id} {(await share_comic(deps, engine, generation_id, None)).url}"

    async def _unshare(self) -> str:
        generation_id = self._any()
        deps, _, engine = self.world.web_deps()
        await end_sharing(deps, engine, generation_id)
        return generation_id

    async def _delete(self) -> str:
        generation_id = self._any()
        self.deleting.setdefault(generation_id, turns())
        try:
            await delete(*self._with(generation_id))
        finally:
            # Broken off after that, it is carried out all the same.
            if is_gone(await self._record(generation_id)):
                self.deleted.setdefault(generation_id, turns())
        return generation_id

    def _with(self, generation_id: str):  # noqa: ANN202 - what the three changes take
        return (*self.world.web_deps(), generation_id)

    async def _read(self) -> str:
        generation_id, begun = self._any(), turns()
        deps, _, engine = self.world.web_deps()
        run = await find_run(deps, engine, generation_id)
        ledger = await full_ledger(deps.generations, run)
        self._see(generation_id, ledger, begun)
        return f"{generation_id} {len(ledger.entries)}"

    async def _read_image(self) -> str:
        generation_id, begun = self._any(), turns()
        deps, _, _ = self.world.web_deps()
        await read_image(deps, StepRef(generation_id=generation_id, kind="panel"))
        self._not_deleted(generation_id, begun)
        return generation_id

    async def _crash(self) -> None:
        self.is_disturbed = True
        self.world.crash()

    async def _lose_host(self) -> None:
        self.is_disturbed = True
        self.world.lose_host()

    def _see(self, generation_id: str, ledger: Ledger, begun: int) -> None:
        self._not_deleted(generation_id, begun)
        if generation_id in self.deleting:
            # Its run may have been ended for that.
            return
        for seq, entry in enumerate(ledger.entries, 1):
            before = self.seen.setdefault((generation_id, seq), entry)
            self._hold(before == entry, f"message {seq} of {generation_id} was {before}, and is {entry}")

    def _not_deleted(self, generation_id: str, begun: int) -> None:
        self._hold(self.deleted.get(generation_id, begun) >= begun, f"{generation_id} was read after its deletion")

    async def _check(self) -> None:
        """Check the guarantees when nothing is under way."""
        world = self.world
        self._hold(not world.engine.broken, f"orchestrations failed: {world.engine.broken}")
        self._check_calls()
        for key in _KEYS[1:]:
            alive = {each for of_key, each in self.started if of_key == key and each not in self.deleting}
            self._hold(len(alive) <= 1, f"{key} has started {alive}")
        for generation_id in [each for each in self._known if each not in self.deleting]:
            await self._settle(generation_id)
            await self._check_end(generation_id)
            await self._check_share(generation_id)
            if self.request.lettering == "text":
                await self._check_texts(generation_id)

    async def _settle(self, generation_id: str) -> None:
        """Send a retry, so that a round whose request broke off before it reached the engine ends."""
        if isinstance(await self._record(generation_id), Running | Cancelling):
            await self._do("retry", lambda: retry(*self._with(generation_id)))
            await self.world.engine.idle()

    async def _check_share(self, generation_id: str) -> None:
        shares = self.world.web_deps()[0].shares
        share = await shares.read(generation_id)
        is_open = share is None or await shares.find(share.token) == generation_id
        self._hold(is_open, f"{generation_id} has a link that does not open it")

    async def _check_texts(self, generation_id: str) -> None:
        """Check that no translation is left undone, and that all words are there that were added."""
        deps, _, engine = self.world.web_deps()
        for of_id, language, word in self.added:
            prefix = lettering_edits_prefix(generation_id, language)
            blobs = [await deps.blobs.read(name) async for name in deps.blobs.names(prefix)]
            edits = [LetteringEdit.model_validate_json(blob.content) for blob in blobs if blob is not None]
            is_there = of_id != generation_id or any(text.text == word for edit in edits for text in edit.texts)
            self._hold(is_there, f"{generation_id}: {word} was stored, and the texts are {edits}")
        with suppress(NotFound):
            comic = await find_lettered(deps, engine, generation_id)
            languages = await read_languages(deps, engine, generation_id, comic.plan)
            wanted = {"done", "failed"} if self.is_disturbed else {"done"}
            self._hold(wanted >= {each.status for each in languages}, f"{generation_id} has {languages}")

    async def _check_end(self, generation_id: str) -> None:
        deps, _, engine = self.world.web_deps()
        ledger = await full_ledger(deps.generations, await find_run(deps, engine, generation_id))
        self._see(generation_id, ledger, turns())
        record = await self._record(generation_id)
        self._hold(isinstance(record, Ended), f"{generation_id} has not ended: {record}")
        self._hold(await deps.generations.ledger(generation_id) == ledger, f"{generation_id}: another ledger is saved")
        ends = [entry for entry in ledger.entries if isinstance(entry, CLOSING_ENTRIES)]
        assert isinstance(record, Ended)
        self._hold(len(ends) == record.round + 1, f"{generation_id}: {len(ends)} ends, and {record}")
        last = ends[-1]
        self._hold(not record.cancelled or isinstance(last, CancelledEntry), f"{generation_id}: {record}, and {last}")
        is_complete = isinstance(last, CompleteEntry)
        self._hold(is_complete or self.is_disturbed, f"{generation_id} is undisturbed, and ended with {last}")
        is_stopped = ledger.stopped_after is not None
        is_whole = not is_complete or is_stopped or ledger.is_all_tried
        self._hold(is_whole, f"{generation_id} is complete without all of its parts")
        await self._check_images(generation_id, ledger)
        for of_id, round_ in self.cancelled:
            is_right = of_id != generation_id or isinstance(ends[round_], CancelledEntry)
            self._hold(is_right, f"{generation_id}: round {round_} was cancelled, and ended with {ends}")

    async def _check_images(self, generation_id: str, ledger: Ledger) -> None:
        """Check that each image that counts shows what the plan says now."""
        deps = self.world.web_deps()[0]
        if ledger.panels is None:
            return
        plan = await deps.generations.need_plan(generation_id, ledger.plan)
        for kind in _KINDS:
            for index, version in ledger.drawn(kind).items():
                step = StepRef(generation_id=generation_id, kind=kind, index=index, version=version)
                shown, wanted = (await deps.generations.image(step)).content, drawing_of(plan, kind, index)
                self._hold(shown == wanted, f"{step} shows {shown}, and the plan has {wanted}")

    def _check_calls(self) -> None:
        calls = self.world.calls
        # A failure that could not be noted is not known to the next attempt.
        for step, count in calls.made.items() if not self.has_faults else ():
            allowed = MAX_ATTEMPTS + calls.lost[step] + calls.waits[step]
            self._hold(count <= allowed, f"{step} was paid for {count} times, {calls.lost[step]} of them lost")
        for step, checked in calls.checked:
            self._hold(checked is not None, f"{step} called the model without a look at the record")
            answered = self.cancelled.get((step[0], step[4]))
            is_late = answered is not None and checked is not None and checked > answered
            is_translation = step[1].startswith("lettering")
            self._hold(not is_late or is_translation, f"{step} called the model after the cancel was answered")
            is_gone = checked is not None and checked > self.deleted.get(step[0], checked)
            self._hold(not is_gone, f"{step} called the model after the deletion was answered")
        self._check_translations()

    def _check_translations(self) -> None:
        """Check that each translation was paid for once, however often it was asked for."""
        paid: Counter[tuple[str, str]] = Counter()
        for step, count in self.world.calls.made.items() if not self.has_faults else ():
            paid[step[0], step[1]] += count - self.world.calls.failed[step] - self.world.calls.lost[step]
        for (generation_id, kind), count in paid.items():
            is_once = count <= 1 or not kind.startswith("lettering")
            self._hold(is_once, f"{generation_id}: {kind} was paid for {count} times")

    async def _finish(self) -> None:
        """Run the timers, and check that nothing is left of deleted generations."""
        deps, _, engine = self.world.web_deps()
        await asyncio.sleep(_DAY_S)
        await finish_deletions(deps, engine)
        await finish_deletions(deps, engine)
        for generation_id in self.deleted:
            await self._check_gone(generation_id)
        self._hold([each async for each in deps.blobs.names(DELETIONS)] == [], "marks of deletions are left")
        if self.seed % 10:
            return
        await asyncio.sleep((deps.settings.retention_days + 1) * _DAY_S)
        await enforce_retention(deps, engine)
        await enforce_retention(deps, engine)
        for generation_id in self._known:
            await self._check_gone(generation_id)
        await asyncio.sleep(deps.settings.retention_days * 11 * _DAY_S)
        await enforce_retention(deps, engine)
        left = [each async for each in deps.blobs.names("") if not each.startswith(("maintenance/", "limits/"))]
        self._hold(left == [], f"left for ever: {left}")

    async def _check_gone(self, generation_id: str) -> None:
        left = [each async for each in self.world.blobs.names(generation_prefix(generation_id))]
        runs = [each for each in self.world.engine.executions if generation_of(each) == generation_id]
        record = await self._record(generation_id)
        is_gone = isinstance(record, Deleted)
        self._hold(is_gone and left == [] and runs == [], f"{generation_id} is left: {record} {left} {runs}")

    async def _record(self, generation_id: str) -> Lifecycle | None:
        return await Lifecycles(self.world.blobs, self.world.utc_now).read(generation_id)

    def _hold(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise Violation(otherwise)
