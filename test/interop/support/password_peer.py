"""Hashes and verifies passwords with the library that the first argument names: django, passlib, werkzeug, or identity.

Reads a JSON list of questions from standard input and writes the list of answers. A question is
{"hash": PASSWORD, "digest": NAME, "iterations": NUMBER} or {"verify": PASSWORD, "stored": STRING}.

identity is no other program: there is no .NET here. It is version 3 of ASP.NET Core Identity's PasswordHasher written
again, with struct and hashlib alone, from the comment in its source (dotnet/aspnetcore, PasswordHasher.cs).
"""

import base64
import hashlib
import hmac
import json
import os
import struct
import sys


class Django:
    def __init__(self):
        import django
        from django.conf import settings

        names = ("PBKDF2PasswordHasher", "PBKDF2SHA1PasswordHasher")
        settings.configure(
            PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}" for name in names]
        )
        from django.contrib.auth import hashers

        self.hashers = hashers
        self.version = django.get_version()

    def hash(self, password, digest, iterations):
        hasher = self.hashers.get_hasher(f"pbkdf2_{digest}")
        return hasher.encode(password, hasher.salt(), iterations)

    def verify(self, password, stored):
        # Not check_password, which makes up for the time that a wrong password and few iterations save.
        return self.hashers.identify_hasher(stored).verify(password, stored)


class Passlib:
    NAMES = {"sha1": "$pbkdf2$", "sha256": "$pbkdf2-sha256$", "sha512": "$pbkdf2-sha512$"}

    def __init__(self):
        import passlib
        from passlib import hash as hashes

        self.hashes = {digest: getattr(hashes, f"pbkdf2_{digest}") for digest in self.NAMES}
        self.version = passlib.__version__

    def hash(self, password, digest, iterations):
        return self.hashes[digest].using(rounds=iterations).hash(password)

    def verify(self, password, stored):
        digest = next(name for name, start in self.NAMES.items() if stored.startswith(start))
        return self.hashes[digest].verify(password, stored)


class Werkzeug:
    def __init__(self):
        from importlib import metadata

        from werkzeug import security

        self.security = security
        self.version = metadata.version("werkzeug")

    def hash(self, password, digest, iterations):
        return self.security.generate_password_hash(password, f"pbkdf2:{digest}:{iterations}")

    def verify(self, password, stored):
        return self.security.check_password_hash(stored, password)


class Identity:
    DIGESTS = ("sha1", "sha256", "sha512")
    HEADER = ">BIII"
    version = "3"

    def hash(self, password, digest, iterations):
        salt = os.urandom(16)
        derived = hashlib.pbkdf2_hmac(digest, password.encode(), salt, iterations, 32)
        header = struct.pack(self.HEADER, 1, self.DIGESTS.index(digest), iterations, len(salt))
        return base64.b64encode(header + salt + derived).decode()

    def verify(self, password, stored):
        data = base64.b64decode(stored, validate=True)
        start = struct.calcsize(self.HEADER)
        version, prf, iterations, salt_len = struct.unpack(self.HEADER, data[:start])
        salt, expected = data[start : start + salt_len], data[start + salt_len :]
        if version != 1 or salt_len < 16 or len(expected) < 16:
            return False
        derived = hashlib.pbkdf2_hmac(
            self.DIGESTS[prf], password.encode(), salt, iterations, len(expected)
        )
        return hmac.compare_digest(derived, expected)


PEERS = {"django": Django, "passlib": Passlib, "werkzeug": Werkzeug, "identity": Identity}


def answer(peer, question):
    if "hash" in question:
        return peer.hash(question["hash"], question["digest"], question["iterations"])
    return peer.verify(question["verify"], question["stored"])


def main():
    peer = PEERS[sys.argv[1]]()
    answers = [answer(peer, question) for question in json.load(sys.stdin)]
    json.dump({"version": peer.version, "answers": answers}, sys.stdout)


main()
