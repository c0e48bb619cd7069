"""Argon2id hashes in the PHC string format, which every Argon2 library reads."""

from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's first choice for Argon2id; changed values apply to new hashes, old ones name their own.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


async def hash_password(password: str) -> str:
    """A hash with its own salt, made beside the event loop."""
    return await to_thread.run_sync(_HASHER.hash, password)


async def verify_password(hashed: str, password: str) -> bool:
    """Whether the password made the hash."""

    def verify() -> bool:
        try:
            return _HASHER.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    return await to_thread.run_sync(verify)
