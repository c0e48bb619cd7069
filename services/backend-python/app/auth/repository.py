"""The accounts of people, in the document store."""

import hashlib
from datetime import UTC, datetime

from pymongo import ASCENDING
from pymongo.asynchronous.database import AsyncDatabase

from app.keyset import Row


class AccountRepository:
    """Reads and writes users; nothing else builds queries for them."""

    def __init__(self, database: AsyncDatabase[Row]) -> None:
        self._users = database["users"]

    async def find(self, user_id: str) -> Row | None:
        return await self._users.find_one({"_id": user_id})

    async def find_by_email(self, email: str) -> Row | None:
        return await self._users.find_one({"emailNorm": normalise_email(email)})

    async def create_indexes(self) -> None:
        await self._users.create_index([("emailNorm", ASCENDING)], name="email_unique", unique=True)

    async def write_administrator(self, email: str, password_hash: str) -> None:
        """Makes the administrator, or gives an existing one another password."""
        created = {
            "email": email,
            "emailNorm": normalise_email(email),
            "role": "admin",
            "disabledAt": None,
            "createdAt": datetime.now(UTC),
        }
        await self._users.update_one(
            {"_id": user_id_of(email)},
            {"$set": {"passwordHash": password_hash}, "$inc": {"version": 1}, "$setOnInsert": created},
            upsert=True,
        )


def user_id_of(email: str) -> str:
    """The same address has the same identifier in every backend's database, so tokens pass between them."""
    return f"usr_{hashlib.sha256(normalise_email(email).encode()).hexdigest()[:24]}"


def normalise_email(email: str) -> str:
    """Addresses that differ only in case and surrounding space are one."""
    return email.strip().lower()
