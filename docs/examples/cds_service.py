"""A CDS Hooks service in fifty lines: it formulates the case that the client sends with its request.

    uvicorn --app-dir docs/examples cds_service:app

For real use it also needs what the specification asks for: TLS, and a check of the client's signed token.
"""

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ipt_formulate import IptFormulateError, formulate
from ipt_formulate.documents import parse_json
from ipt_formulate.interchange.cds_hooks import to_cards
from ipt_formulate.interchange.codes import QUESTIONNAIRE
from ipt_formulate.interchange.fhir.reading import from_fhir

MOST_BYTES = 1_000_000
SERVICE = {
    "hook": "patient-view",
    "id": "ipt-formulation",
    "title": "Case formulation for Interpersonal Psychotherapy",
    "description": "What the recorded facts support as the focus, why, and what to ask next. Clinician and client decide.",
    "prefetch": {"case": f"QuestionnaireResponse?patient={{{{context.patientId}}}}&questionnaire={QUESTIONNAIRE}"},
}


async def discover(_: Request) -> JSONResponse:
    return JSONResponse({"services": [SERVICE]})


async def respond(request: Request) -> JSONResponse:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return JSONResponse({"error": "the request is too large"}, status_code=413)
    try:
        return answer(parse_json(body.decode(), "request").content)
    except (IptFormulateError, UnicodeDecodeError) as error:
        what = str(error) if isinstance(error, IptFormulateError) else "the request is not UTF-8"
        return JSONResponse({"error": what}, status_code=400)


def answer(asked: Any) -> JSONResponse:
    context = asked.get("context") if isinstance(asked, dict) else None
    if not isinstance(context, dict) or asked.get("hook") != "patient-view":
        return JSONResponse({"error": "this is no request of the hook patient-view"}, status_code=400)
    prefetch = asked.get("prefetch")
    if not isinstance(prefetch, dict) or not prefetch.get("case"):
        return JSONResponse({"error": "prefetch.case is needed"}, status_code=412)
    read = from_fhir(prefetch["case"], subject=f"Patient/{context.get('patientId')}")
    if not read.used:
        return JSONResponse({"cards": []})
    return JSONResponse(to_cards(formulate(read.case()), instance=str(asked.get("hookInstance"))))


app = Starlette(
    routes=[Route("/cds-services", discover), Route("/cds-services/ipt-formulation", respond, methods=["POST"])]
)
