"""What the administrator may look at."""

from api.http.admin import HOURS, LIMIT, MAX_HOURS, MAX_LIMIT, MAX_TOKEN_LENGTH, STATUSES
from api.openapi.operation import Answer, Operation, Parameter
from shared.errors import EngineUnavailable, InvalidInput, StorageUnavailable
from shared.models.http.admin import AdminGenerations, AdminMetrics

_ERRORS = (InvalidInput, StorageUnavailable, EngineUnavailable)

ADMIN_OPERATIONS = (
    Operation(
        "admin_generations",
        "get",
        "/api/admin/generations",
        "All generations, page by page; nothing of their stories (opened by the master key)",
        answers=(Answer(200, "Some of them.", {"application/json": AdminGenerations}),),
        errors=_ERRORS,
        parameters=(
            Parameter("status", "query", "Only those that stand so.", {"type": "string", "enum": [*STATUSES]}),
            Parameter(
                "limit",
                "query",
                "How many at most.",
                {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT},
            ),
            Parameter(
                "token",
                "query",
                "The `nextToken` of the page before.",
                {"type": "string", "minLength": 1, "maxLength": MAX_TOKEN_LENGTH, "pattern": "^[!-~]+$"},
            ),
        ),
        needs_admin_key=True,
    ),
    Operation(
        "admin_metrics",
        "get",
        "/api/admin/metrics",
        "How the generations of the last hours did (opened by the master key)",
        answers=(Answer(200, "Rates, errors and times.", {"application/json": AdminMetrics}),),
        errors=_ERRORS,
        parameters=(
            Parameter(
                "hours",
                "query",
                "How long the window is that ends now.",
                {"type": "integer", "minimum": 1, "maximum": MAX_HOURS, "default": HOURS},
            ),
        ),
        needs_admin_key=True,
    ),
)
