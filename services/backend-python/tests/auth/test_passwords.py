import pytest

from app.auth.passwords import hash_password, verify_password


class TestPasswords:
    async def test_are_hashed_with_argon2id_and_a_salt_of_their_own(self) -> None:
        one, other = await hash_password("secret"), await hash_password("secret")
        assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert one != other

    async def test_verify_against_their_hash_only(self) -> None:
        hashed = await hash_password("secret")
        assert await verify_password(hashed, "secret")
        assert not await verify_password(hashed, "Secret")

    @pytest.mark.parametrize("hashed", ["", "plain", "$2b$12$abcdefghijklmnopqrstuv"])
    async def test_never_verify_against_anything_else(self, hashed: str) -> None:
        assert not await verify_password(hashed, "secret")
