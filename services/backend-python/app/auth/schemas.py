"""Logging in, and accounts."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas import Answer

Role = Literal["viewer", "analyst", "editor", "admin"]


class Credentials(BaseModel):
    """An address and its password."""

    model_config = ConfigDict(extra="forbid", strict=True)

    email: Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
    password: Annotated[str, Field(min_length=1, max_length=200, repr=False)]


class AccessToken(Answer):
    """A token and for how many seconds it is good."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int


class Account(Answer):
    """Who somebody is and what they may do."""

    user_id: str
    email: str
    role: Role
