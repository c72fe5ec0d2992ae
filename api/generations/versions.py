"""Choosing the version of an image that counts."""

from api.generations.changes import check_planned
from api.generations.ledgers import find_run, full_ledger
from shared.deps import Deps
from shared.errors import FieldProblem, InvalidInput
from shared.models.step_ref import ImageKind, StepRef
from shared.ports import Engine
from shared.storage.choices import choose


async def choose_version(
    deps: Deps, engine: Engine, generation_id: str, kind: ImageKind, index: int, version: int
) -> None:
    """Let this version of the image count until a newer one is drawn. Can be repeated, and while the generation runs.

    Raises:
        NotFound: there is no such generation, or it has no such character or panel.
        InvalidInput: this version is not drawn.
    """
    ledger = await full_ledger(deps.generations, await find_run(deps, engine, generation_id))
    check_planned(ledger, kind, index)
    drawn = ledger.versions(kind).get(index, ())
    if version not in drawn:
        advice = _advice(kind, index, version, drawn)
        raise InvalidInput(advice, (FieldProblem("version", advice),))
    step = StepRef(generation_id=generation_id, kind=kind, index=index, version=version)
    await choose(deps.blobs, step, newest=max(drawn))


def _advice(kind: ImageKind, index: int, version: int, drawn: tuple[int, ...]) -> str:
    if not drawn:
        return f"No version of {kind} {index} is drawn yet."
    versions = ", ".join(str(number) for number in drawn)
    return f"Version {version} of {kind} {index} is not drawn. These are: {versions}."
