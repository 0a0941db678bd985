"""Whom the company's identity provider names, and which role they have here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qm.core.access import Role
from qm.core.problems import N_, explain
from qm.core.sign_in import email_key

NOT_STARTED_HERE = explain(
    "openid.not_started_here",
    N_("This sign-in was not started in this browser, or it took too long."),
    N_("Start again below."),
)
PROVIDER_REFUSED = explain(
    "openid.provider_refused",
    N_("{provider} did not sign you in."),
    N_("Try again; if it stays so, ask whoever runs {provider}."),
)
NOT_TRUSTED = explain(
    "openid.not_trusted",
    N_("The answer of {provider} could not be trusted."),
    N_("Try again; if it stays so, tell your administrator."),
)
UNREACHABLE = explain(
    "openid.unreachable",
    N_("{provider} does not answer."),
    N_("Try again later, or sign in with username and password."),
)
EMAIL_NOT_VERIFIED = explain(
    "openid.email_not_verified",
    N_("{provider} has not verified your e-mail address."),
    N_("Verify it there, then sign in again."),
)
UNKNOWN_PERSON = explain(
    "openid.unknown_person",
    N_("{provider} knows you, but you have no account here."),
    N_("Ask an administrator to add one with your e-mail address."),
)
ANOTHERS_ACCOUNT = explain(
    "openid.anothers_account",
    N_("The account with your e-mail address belongs to somebody else at {provider}."),
    N_("Ask an administrator which account is yours."),
)
SWITCHED_OFF = explain(
    "openid.switched_off",
    N_("Your account is switched off."),
    N_("Ask an administrator."),
)
NO_ROLE = explain(
    "openid.no_role",
    N_("{provider} gives you no role here."),
    N_("Ask an administrator for one."),
)
ROLE_LACKS = explain(
    "openid.role_lacks",
    N_("Your role “{role}” needs a team or an agent, and your account names none."),
    N_("Ask an administrator to complete your account."),
)

_NO_USERNAME = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True)
class OpenIdRules:
    """How the provider's people become ours.

    `role_claim` is the claim that tells the role (a path such as realm_access.roles), empty: the
    account tells it. `roles` are its values with our roles, the first that fits counts.
    `creates` is the role of unknown people, None: they are refused.
    """

    role_claim: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)
    creates: Role | None = None


@dataclass(frozen=True)
class Identity:
    """Whom the provider signed in; `email` only where the provider verified it.

    `key` is issuer and subject: it stays when name and address change.
    """

    key: str
    email: str | None
    has_unverified_email: bool
    name: str
    username: str
    claims: Mapping[str, Any]


def identity(issuer: str, claims: Mapping[str, Any]) -> Identity:
    """Return whom verified claims of an ID token name."""
    email = email_key(str(claims.get("email") or ""))
    is_verified = claims.get("email_verified") in (True, "true")  # Cognito writes it as text
    wanted = str(claims.get("preferred_username") or email or claims["sub"])
    username = _NO_USERNAME.sub("-", wanted.partition("@")[0].casefold()).strip("._-")[:90]
    return Identity(
        key=f"{issuer} {claims['sub']}",
        email=email if is_verified else None,
        has_unverified_email=email is not None and not is_verified,
        name=str(claims.get("name") or wanted)[:200],
        username=username or "person",
        claims=claims,
    )


def claimed_role(rules: OpenIdRules, claims: Mapping[str, Any]) -> Role | None:
    """Return the role that the claims give, None where they give none."""
    found: Any = claims
    for name in rules.role_claim.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    values = {str(value) for value in (found if isinstance(found, list) else [found])}
    return next((role for value, role in rules.roles.items() if value in values), None)
