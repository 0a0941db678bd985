"""Settings from the environment (`QM_…`) and `qm.toml`, read once per entry point."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from qm.core.access import Role
from qm.core.centre import Centre
from qm.core.mailing import MailServer, Security, require_address
from qm.core.openid import OpenIdRules
from qm.core.periods import Calendar
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import Language

SETTING_WRONG = explain(
    "settings.wrong",
    N_("The setting cannot be used: {detail}."),
    N_("Correct it, or take it away to get its default."),
)
NOT_TOML = explain(
    "settings.not_toml",
    N_("The file cannot be read: {detail}."),
    N_('Write one setting per line, such as centre_zone = "Asia/Tehran".'),
)

_FILE = "qm.toml"
_PREFIX = "QM_"


class Settings(BaseSettings):
    """Everything an operator may set; the environment wins over `qm.toml`."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, toml_file=_FILE, extra="forbid", frozen=True
    )

    data_folder: Path = Field(
        default=Path("var"),
        description="Where qm keeps the database, models, played copies and secrets.",
    )
    database_url: str = Field(
        default="",
        description="SQLAlchemy address; empty: an SQLite file in the data folder.",
    )
    forms_folder: Path = Path("forms")
    recordings_folder: Path = Field(
        default=Path("recordings"), description="Recording files are named relative to it."
    )
    centre_zone: str = "Asia/Tehran"
    centre_calendar: Calendar = "jalali"
    centre_language: Language = "fa"
    speech_model: str = Field(
        default="package:base",
        description="A folder, a model's name, or package:base for the one that pip installs.",
    )
    speech_language: str | None = Field(
        default=None, description="Language of recordings whose interaction does not name one."
    )
    speech_device: Annotated[str, Field(pattern="^(auto|cpu|cuda)$")] = Field(
        default="auto", description="Where the speech model runs; auto: a GPU if there is one."
    )
    speech_compute_type: str = Field(
        default="auto", description="auto: int8 on a CPU, int8_float16 on a GPU."
    )
    speech_beam_size: Annotated[int, Field(ge=1, le=10)] = 2
    speech_batch_size: Annotated[int, Field(ge=1, le=64)] = Field(
        default=8, description="Stretches of 30 seconds that the model hears at once."
    )
    speech_threads: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Threads of each worker process; 0: the cores shared evenly."
    )
    speech_processes: Annotated[int, Field(ge=0, le=256)] = Field(
        default=0, description="Processes of a worker; 0: one per core, one on a GPU."
    )
    speech_hints: str = Field(
        default="", description="Names and terms that callers use, separated by commas."
    )
    speech_tries: Annotated[int, Field(ge=1, le=20)] = Field(
        default=3, description="How often a recording is tried before it counts as failed."
    )
    agent_channel: Annotated[str, Field(pattern="^(left|right)$")] = "left"
    recording_names: tuple[str, ...] = Field(
        default=(),
        description="Patterns of recordings' file names; empty: those that qm knows.",
    )
    upload_megabytes: Annotated[int, Field(ge=1)] = 200
    public_url: str = Field(
        default="",
        description="Where people reach the pages, such as https://qm.example.com; empty: as the "
        "browser says. Links of invitations and OpenID Connect need it behind a proxy.",
    )
    reports_folder: Path | None = Field(
        default=None, description="Where reports are delivered to; not given: in the data folder."
    )
    mail_host: str = Field(
        default="", description="The server that takes e-mails; empty: none are sent."
    )
    mail_port: Annotated[int, Field(ge=1, le=65535)] = 587
    mail_security: Security = Field(
        default="starttls", description="none only for a server on this machine or a closed net."
    )
    mail_sender: str = Field(
        default="", validate_default=True, description="The address that reports come from."
    )
    mail_user: str = Field(default="", description="Empty: the server asks for none.")
    mail_password: SecretStr = SecretStr("")
    mail_ca_file: Path | None = Field(
        default=None, description="Certificates to trust beside the machine's, as a PEM file."
    )
    api_requests_per_minute: Annotated[int, Field(ge=1)] = Field(
        default=60, description="How many imports one API token may send in a minute."
    )
    session_hours: Annotated[int, Field(ge=1)] = 12
    session_idle_minutes: Annotated[int, Field(ge=5)] = Field(
        default=120, description="A session ends when nothing was done for so long."
    )
    openid_issuer: str = Field(
        default="", description="Address of the OpenID Connect provider; empty: none is used."
    )
    openid_client_id: str = Field(default="", validate_default=True)
    openid_client_secret: SecretStr = Field(default=SecretStr(""), validate_default=True)
    openid_label: str = Field(
        default="OpenID Connect", description="What the sign-in page calls the provider."
    )
    openid_role_claim: str = Field(
        default="",
        description="The claim that tells the role, such as groups or realm_access.roles; empty: "
        "the account tells it.",
    )
    openid_roles: dict[str, Role] = Field(
        default={}, description="Values of that claim and the role of each; the first counts."
    )
    openid_creates: Literal["", "analyst", "qa_lead", "manager"] = Field(
        default="", description="Role of unknown people who come so; empty: they are refused."
    )
    cookie_secure: bool = Field(
        default=False, description="Send the sign-in cookie over HTTPS only; set it in production."
    )

    @field_validator("centre_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone “{name}”; write one like Asia/Tehran") from error
        return name

    @field_validator("openid_issuer", "public_url")
    @classmethod
    def _safe_address(cls, address: str, info: ValidationInfo) -> str:
        parts = urlsplit(address)
        is_safe = parts.scheme == "https" or info.field_name == "public_url"
        is_here = parts.hostname in {"localhost", "127.0.0.1"}
        if address and not (parts.netloc and parts.scheme in {"http", "https"}):
            raise ValueError("no address; write one like https://login.example.com")
        if address and not (is_safe or is_here):
            raise ValueError("an identity provider must be reached over https")
        return address.rstrip("/") if info.field_name == "public_url" else address

    @field_validator("openid_client_id", "openid_client_secret")
    @classmethod
    def _given_by_issuer(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        if info.data.get("openid_issuer") and not value:
            raise ValueError("openid_issuer needs it; the provider gives it to a registered site")
        return value

    @field_validator("mail_sender")
    @classmethod
    def _sends_from_an_address(cls, address: str, info: ValidationInfo) -> str:
        if not address and not info.data.get("mail_host"):
            return address
        try:
            return require_address(address)
        except BadInput as error:
            raise ValueError("no address; write one like quality@example.com") from error

    @field_validator("mail_user")
    @classmethod
    def _signs_in_unheard(cls, user: str, info: ValidationInfo) -> str:
        is_here = info.data.get("mail_host") in {"localhost", "127.0.0.1"}
        if user and info.data.get("mail_security") == "none" and not is_here:
            raise ValueError("a password is not sent in the clear; set mail_security")
        return user

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        try:
            kind = make_url(url).get_backend_name() if url else "sqlite"
        except ArgumentError as error:
            raise ValueError("no address; write one like sqlite:////srv/qm/qm.sqlite") from error
        if kind not in {"sqlite", "postgresql"}:
            raise ValueError(f"“{kind}” is no database of qm; use sqlite or postgresql+psycopg")
        return url

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment, then `qm.toml`."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def centre(self) -> Centre:
        """The centre's zone, calendar and language."""
        return Centre(ZoneInfo(self.centre_zone), self.centre_calendar, self.centre_language)

    @property
    def idle(self) -> timedelta:
        """How long a session goes on while nothing is done."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def openid_rules(self) -> OpenIdRules:
        """How people of the identity provider become ours."""
        return OpenIdRules(self.openid_role_claim, self.openid_roles, self.openid_creates or None)

    @property
    def upload_bytes(self) -> int:
        """The most bytes of a file that is imported."""
        return self.upload_megabytes * 10**6

    @property
    def playback_folder(self) -> Path:
        """Where the copies of recordings lie that are played in their place."""
        return self.data_folder / "playback"

    @property
    def report_folder(self) -> Path:
        """The folder above all those that reports are delivered to."""
        return self.reports_folder or self.data_folder / "reports"

    @property
    def mail_server(self) -> MailServer | None:
        """The server that e-mails are handed to, None where none is set."""
        if not self.mail_host:
            return None
        return MailServer(
            host=self.mail_host,
            port=self.mail_port,
            security=self.mail_security,
            sender=self.mail_sender,
            user=self.mail_user,
            password=self.mail_password.get_secret_value(),
            ca_file=self.mail_ca_file,
        )

    @property
    def database(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{(self.data_folder / 'qm.sqlite').absolute()}"


def read_settings() -> Settings:
    """Return the settings; raises `BadInput` with every one that is wrong and where it stands."""
    try:
        return Settings()
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(Problem(NOT_TOML, _FILE, values={"detail": error})) from error
    except ValidationError as error:
        raise BadInput(list(_wrong_settings(error))) from error


def _wrong_settings(error: ValidationError) -> Iterator[Problem]:
    given = {name.upper() for name in os.environ}
    for detail in error.errors(include_input=False, include_url=False):
        name = str(detail["loc"][0])
        variable = f"{_PREFIX}{name}".upper()
        place, field = ("environment", variable) if variable in given else (_FILE, name)
        is_unknown = detail["type"] == "extra_forbidden"
        reason = "there is none of this name" if is_unknown else detail["msg"]
        reason = reason.removeprefix("Value error, ")
        yield Problem(SETTING_WRONG, place, field=field, values={"detail": reason})
