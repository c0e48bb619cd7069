"""Who somebody is."""

import asyncio
from uuid import uuid4

from app.auth.limit import LoginLimit
from app.auth.passwords import hash_password, verify_password
from app.auth.repository import AccountRepository, user_id_of
from app.auth.schemas import AccessToken, Account, Credentials
from app.auth.tokens import Tokens
from app.errors import Problem
from app.keyset import Row


class AuthService:
    """Logs people in and looks after the first administrator."""

    def __init__(
        self, accounts: AccountRepository, tokens: Tokens, *, limit: LoginLimit, administrator: Credentials
    ) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._limit = limit
        self._administrator = administrator
        self._administrator_made = False
        self._making = asyncio.Lock()
        self._unknown_user_hash: str | None = None

    async def log_in(self, credentials: Credentials, address: str) -> AccessToken:
        await self._limit.count(credentials.email, address)
        account = await self._authenticate(credentials)
        if account is None:
            raise unauthorized("The email address or the password is not right.")
        await self._limit.forgive(credentials.email, address)
        return self._tokens.issue(account)

    async def account(self, user_id: str) -> Account:
        user = await self._accounts.find(user_id)
        if user is None or user["disabledAt"] is not None:
            raise unauthorized("The account of this token does not exist any more.")
        return _account(user)

    async def ensure_administrator(self) -> None:
        """Makes the first administrator, once a process. The environment owns this account's password:
        where a restored data volume holds another one, it is replaced."""
        async with self._making:
            if self._administrator_made:
                return
            await self._accounts.create_indexes()
            email, password = self._administrator.email, self._administrator.password
            known = await self._accounts.find(user_id_of(email))
            if known is None or not await verify_password(known["passwordHash"], password):
                await self._accounts.write_administrator(email, await hash_password(password))
            self._administrator_made = True

    async def _authenticate(self, credentials: Credentials) -> Account | None:
        """An unknown address takes as long as a known one."""
        await self.ensure_administrator()
        user = await self._accounts.find_by_email(credentials.email)
        if self._unknown_user_hash is None:
            self._unknown_user_hash = await hash_password(uuid4().hex)
        hashed = user["passwordHash"] if user else self._unknown_user_hash
        matches = await verify_password(hashed, credentials.password)
        return _account(user) if user and matches and user["disabledAt"] is None else None


def unauthorized(detail: str) -> Problem:
    """The answer to a request without a usable proof of who asks."""
    return Problem("unauthorized", detail, headers={"www-authenticate": "Bearer"})


def _account(user: Row) -> Account:
    return Account(user_id=user["_id"], email=user["email"], role=user["role"])
