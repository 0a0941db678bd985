"""What is masked: kinds of personal data, and names on a list."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

Kind = Literal["card", "iban", "national_id", "phone", "email", "name"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class PrivacyRules(BaseModel):
    """What is masked, everything by default; `names` are masked wherever they are said.

    `silences_audio`: the same stretches are silent in the played recording. `phone_region` is
    the country whose telephone numbers are written without its code.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: tuple[Kind, ...] = KINDS
    names: tuple[str, ...] = ()
    silences_audio: bool = False
    phone_region: str = "IR"
