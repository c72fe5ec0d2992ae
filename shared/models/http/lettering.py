"""Texts of a comic whose lettering is text, as clients read and edit them."""

from typing import Literal

from shared.models.base import WireModel
from shared.models.http.requests import GivenLanguage
from shared.models.lettering import LetteringMode, PanelLettering


class LanguageStatus(WireModel):
    """A language (BCP 47) in which the texts are there (`done`), are being translated, or could not be."""

    language: str
    status: Literal["done", "running", "failed"]


class Languages(WireModel):
    """The languages of a comic, its own first."""

    languages: tuple[LanguageStatus, ...]


class TranslationRequest(WireModel):
    """Body of the `lettering` endpoint that translates: the language (BCP 47) in which the texts are wanted."""

    language: GivenLanguage


class ComicLettering(WireModel):
    """All texts of a comic in one language, set over its panels, in their order.

    `languages` are those that are there or under way, the comic's own first.
    """

    lettering: LetteringMode
    language: str
    title: str
    languages: tuple[LanguageStatus, ...]
    panels: tuple[PanelLettering, ...]
