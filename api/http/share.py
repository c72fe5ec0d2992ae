"""`/api/generations/{id}/share`: share a comic by a link, and revoke the link."""

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import Answer, Endpoint
from api.requests.call import Call
from api.requests.parameters import GENERATION_ID
from api.responses import json_response
from api.share.sharing import end_sharing, share_comic
from shared.errors import NothingToExport
from shared.models.http.share import ShareLink, ShareRequest


async def _share(call: Call) -> Response:
    days = call.body_as(ShareRequest).days
    return json_response(await share_comic(call.deps, call.engine, call.read(GENERATION_ID), days))


async def _unshare(call: Call) -> Response:
    await end_sharing(call.deps, call.engine, call.read(GENERATION_ID))
    return Response(status_code=204)


ENDPOINTS = (
    Endpoint(
        "share_generation",
        "post",
        "/api/generations/{id}/share",
        _share,
        "Share the comic: everybody with the link may read it, without a key",
        answers=(Answer(200, "The link. The same answer when asked again.", {"application/json": ShareLink}),),
        errors=(NothingToExport,),
        parameters=(GENERATION_ID,),
        body=ShareRequest,
        is_body_required=False,
        limited_as="share-generation",
        uses_engine=True,
    ),
    Endpoint(
        "unshare_generation",
        "delete",
        "/api/generations/{id}/share",
        _unshare,
        "Revoke the link of the comic",
        answers=(Answer(204, "The comic is not shared. Can be repeated.", {}),),
        parameters=(GENERATION_ID,),
        limited_as="unshare-generation",
        uses_engine=True,
    ),
)
