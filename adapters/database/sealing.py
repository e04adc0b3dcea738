"""What only the secret key opens: who a confidential asker is, and where they asked."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import SettingsError

HOW = "make one with `handbok key new`"


def new_key() -> str:
    """A secret key, as HANDBOK_SECRET_KEY takes it."""
    return Fernet.generate_key().decode()


def new_pseudonym() -> str:
    """An id that says nothing about anybody."""
    return "anon-" + secrets.token_hex(16)


def keys_of(secret: str) -> list[str]:
    return [key.strip() for key in secret.split(",") if key.strip()]


def fingerprint(key: str) -> str:
    """Tells one key from another, and nothing else about it."""
    return hashlib.blake2b(key.encode(), digest_size=6, person=b"handbok-key").hexdigest()


class Seal:
    """Encrypts with the first key of ``secret`` and opens with any; ``secret`` is keys separated by commas, or empty.

    SettingsError where a key cannot be one, and, where there is none, when one is needed.
    """

    def __init__(self, secret: str) -> None:
        keys = keys_of(secret)
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys]) if keys else None
        except ValueError as error:
            raise SettingsError(f"HANDBOK_SECRET_KEY holds something that is no key; {HOW}") from error
        self.fingerprints = tuple(fingerprint(key) for key in keys)

    def close(self, text: str) -> str:
        return self._keys().encrypt(text.encode()).decode()

    def close_if_set(self, text: str) -> str:
        """The same; as it is where no key is set, and so nothing confidential can be kept."""
        return self.close(text) if self._fernet else text

    def open(self, token: str) -> str:
        try:
            return self._keys().decrypt(token).decode()
        except InvalidToken as error:
            raise SettingsError(
                "HANDBOK_SECRET_KEY does not open what was sealed; put the earlier key behind it, after a comma"
            ) from error

    def renew(self, token: str) -> str:
        """The same content under the first key."""
        return self.close(self.open(token))

    def _keys(self) -> MultiFernet:
        if self._fernet is None:
            raise SettingsError(f"HANDBOK_SECRET_KEY is not set, and confidential cases need it; {HOW}")
        return self._fernet
