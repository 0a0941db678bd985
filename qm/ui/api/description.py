"""The API described for machines: OpenAPI 3.1, made of the models of its answers."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic.json_schema import models_json_schema

from qm.ui.api.answers import InteractionsAnswer, ProblemAnswer, Refusal, TranscriptsAnswer
from qm.ui.sign_in.gate import API_INTERACTIONS, API_TRANSCRIPTS

_MODELS = (InteractionsAnswer, ProblemAnswer, Refusal, TranscriptsAnswer)
_REFUSALS = {
    "401": "No token, or one that is unknown, revoked or expired.",
    "403": "The token may not import this.",
    "413": "More than the setting upload_megabytes.",
    "422": "Nothing of it can be taken.",
    "429": "Too many requests in a minute; Retry-After says how long to wait.",
}
_TEXT = {"type": "string"}


@lru_cache
def description() -> Mapping[str, Any]:
    """Return the description of the API."""
    _references, schemas = models_json_schema(
        [(model, "serialization") for model in _MODELS],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "qm",
            "version": "1",
            "description": "Imports for other systems. Sending a file again changes nothing. "
            "Problems are told in the language of Accept-Language (en, fa); codes never change.",
        },
        "paths": {
            API_INTERACTIONS: {"post": _interactions()},
            API_TRANSCRIPTS: {"post": _transcripts()},
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _interactions() -> Mapping[str, Any]:
    return {
        "operationId": "importInteractions",
        "summary": "Store the interactions of a CSV, XLSX or JSONL file that are not stored yet",
        "requestBody": _form({"file": _file("One file; its ending tells the kind.")}),
        "responses": _responses(
            "InteractionsAnswer", "Good rows are stored; each row left out has a problem."
        ),
    }


def _transcripts() -> Mapping[str, Any]:
    files = {"type": "array", "items": _file("WebVTT, SRT, JSON or a chat log."), "minItems": 1}
    fields = {
        "file": files,
        "interaction": {**_TEXT, "description": "The id; for one file that does not tell it."},
        "agent_channel": {"type": "string", "enum": ["left", "right"]},
        "agent_label": {**_TEXT, "description": "What the files call the agent."},
        "replace_corrected": {
            "type": "boolean",
            "description": "Also replace transcripts that somebody corrected.",
        },
    }
    responses = _responses("TranscriptsAnswer", "At least one file was taken.")
    refused = [_reference("Refusal"), _reference("TranscriptsAnswer")]
    responses["422"] = _response("No file could be taken.", {"anyOf": refused})
    return {
        "operationId": "attachTranscripts",
        "summary": "Attach transcripts that were made elsewhere to their interactions",
        "requestBody": _form(fields),
        "responses": responses,
    }


def _file(words: str) -> Mapping[str, Any]:
    return {**_TEXT, "contentMediaType": "application/octet-stream", "description": words}


def _form(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    schema = {"type": "object", "properties": fields, "required": ["file"]}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _responses(model: str, words: str) -> dict[str, Any]:
    refusals = {status: _response(why, _reference("Refusal")) for status, why in _REFUSALS.items()}
    return {"200": _response(words, _reference(model)), **refusals}


def _response(words: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _reference(model: str) -> Mapping[str, str]:
    return {"$ref": f"#/components/schemas/{model}"}
