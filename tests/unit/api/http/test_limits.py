"""Which requests are counted against a rate limit, and under which name."""

from api.blueprint import ENDPOINTS
from api.requests.parameters import ESTIMATE
from tests.unit.api.http_requests import http_request

# Counters in storage have these names.
LIMITS = {
    "analyze_story_now": "analyze-story",
    "cancel_generation": "cancel-generation",
    "cancel_start": "cancel-generation",
    "choose_version": "choose-version",
    "chunk_story_now": "chunk-story",
    "comic_cover": "shared-comic-cover",
    "comic_file": "shared-comic-file",
    "comic_page": "shared-comic",
    "delete_generation": "delete-generation",
    "edit_lettering": "edit-lettering",
    "edit_plan": "edit-plan",
    "export_generation": "export-generation",
    "generate_character_refs": "generate-character-refs",
    "generate_manga_stream": "generate-manga-stream",
    "generate_panel": "generate-panel",
    "reddit": "reddit",
    "regenerate_image": "regenerate-image",
    "report_issue": "report-issue",
    "retry_generation": "retry-generation",
    "share_generation": "share-generation",
    "translate_lettering_texts": "translate-lettering",
    "unshare_generation": "unshare-generation",
}


def test_requests_that_spend_change_or_fetch_something_are_limited() -> None:
    limits = {endpoint.function: endpoint.limit_of(http_request()) for endpoint in ENDPOINTS}

    assert {function: limit for function, limit in limits.items() if limit is not None} == LIMITS


def test_estimate_is_not_counted_as_a_start() -> None:
    estimates = {
        endpoint.function: [endpoint.limit_of(http_request(query=f"estimate={value}")) for value in ("true", "false")]
        for endpoint in ENDPOINTS
        if ESTIMATE in endpoint.parameters
    }

    assert estimates == {
        "generate_manga_stream": ["estimate", "generate-manga-stream"],
        "retry_generation": ["estimate", "retry-generation"],
    }
