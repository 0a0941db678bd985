"""Settings from the environment (`QM_…`) and `qm.toml`, read once per entry point."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from qm.core.centre import Centre
from qm.core.periods import Calendar
from qm.core.text import Language


class Settings(BaseSettings):
    """Everything an operator may set; the environment wins over `qm.toml`."""

    model_config = SettingsConfigDict(
        env_prefix="QM_", toml_file="qm.toml", extra="forbid", frozen=True
    )

    data_folder: Path = Field(
        default=Path("var"), description="Where qm keeps the database, job state and secrets."
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
    speech_compute_type: str = "int8"
    speech_beam_size: Annotated[int, Field(ge=1, le=10)] = 2
    speech_threads: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Threads of the speech model; 0: one per core."
    )
    agent_channel: Annotated[str, Field(pattern="^(left|right)$")] = "left"
    upload_megabytes: Annotated[int, Field(ge=1)] = 200
    session_hours: Annotated[int, Field(ge=1)] = 12
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
    def database(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{(self.data_folder / 'qm.sqlite').absolute()}"
