"""Performs scripts of Python's own modules: JSON in, JSON out. operations.ts says what a script is, ours.ts performs the same."""
import errno
import hashlib
import hmac
import json
import os
import platform
import secrets
import ssl
import sys

ROUNDS = 6
NAME_MISMATCHES = (62, 64)
MODULES = {"ssl": ssl, "hashlib": hashlib, "hmac": hmac, "secrets": secrets, "os": os}


class CallbackError(Exception):
    """What a callback of a script raises."""


class Thing:
    """An object that is nothing in particular."""


class Script:
    def __init__(self, files):
        self.files = files
        self.names = dict(MODULES)

    def resolve(self, path):
        found = self.names[path.split(".")[0]]
        for name in path.split(".")[1:]:
            found = getattr(found, name)
        return found

    def decode(self, value):
        if isinstance(value, list):
            return [self.decode(item) for item in value]
        if not isinstance(value, dict):
            return value
        return getattr(self, "decode_" + value["$"])(value.get("v"))

    def decode_int(self, digits):
        return int(digits)

    def decode_float(self, digits):
        return float(digits)

    def decode_bytes(self, digits):
        return bytes.fromhex(digits)

    def decode_bytearray(self, digits):
        return bytearray.fromhex(digits)

    def decode_memoryview(self, digits):
        return memoryview(bytes.fromhex(digits))

    def decode_repeated(self, given):
        return bytes.fromhex(given[0]) * given[1]

    def decode_object(self, _):
        return Thing()

    def decode_ref(self, path):
        return self.resolve(path)

    def decode_path(self, name):
        return self.files + "/" + name

    def decode_pathbytes(self, name):
        return os.fsencode(self.files + "/" + name)

    def decode_text(self, name):
        with open(self.decode_path(name), encoding="latin-1") as file:
            return file.read()

    def decode_content(self, name):
        with open(self.decode_path(name), "rb") as file:
            return file.read()

    def decode_open(self, name):
        return open(self.decode_path(name), "rb")

    def decode_joined(self, values):
        parts = [self.decode(value) for value in values]
        return parts[0][:0].join(parts)

    def decode_returning(self, value):
        return lambda *_: self.decode(value)

    def decode_raising(self, _):
        def callback(*_):
            raise CallbackError()
        return callback

    def perform(self, step):
        if "handshake" in step:
            return self.handshake(*step["handshake"])
        if "get" in step:
            return self.resolve(step["get"])
        if "set" in step:
            target, name = step["set"].rsplit(".", 1)
            setattr(self.resolve(target), name, self.decode(step["to"]))
            return self.resolve(step["set"])
        arguments = [self.decode(value) for value in step.get("args", ())]
        keywords = {name: self.decode(value) for name, value in step.get("kwargs", {}).items()}
        return self.resolve(step["call"])(*arguments, **keywords)

    def handshake(self, *sides):
        """Takes both sides on until neither goes on, and says how."""
        ended = {}
        told = []
        for name in sides * ROUNDS:
            if name not in ended:
                outcome = attempt(self.names[name].do_handshake)
                told.append([name, outcome.get("raised", "done")])
                if "SSLWantReadError" not in told[-1][1]:
                    ended[name] = True
        return told

    def outcome(self, step):
        def act():
            result = self.perform(step)
            if "as" in step:
                self.names[step["as"]] = result
            return SHOW[step.get("show", "value")](result)
        return attempt(act)


def attempt(act):
    try:
        return {"gave": act()}
    except Exception as error:
        return {"raised": kind_of(error)}


def kind_of(error):
    if isinstance(error, CallbackError):
        return "callback error"
    if isinstance(error, ssl.SSLError):
        told = "%s [%s: %s]" % (type(error).__name__, getattr(error, "library", None) or None,
                                getattr(error, "reason", None) or None)
        if isinstance(error, ssl.SSLCertVerificationError):
            told += " %d" % error.verify_code
            # The others are OpenSSL's words, which change.
            if error.verify_code in NAME_MISMATCHES:
                told += " " + error.verify_message
        return told
    for kind in (OverflowError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError, BufferError):
        if isinstance(error, kind):
            return kind.__name__
    if isinstance(error, OSError):
        return "OSError " + errno.errorcode.get(error.errno, str(error.errno))
    return "%s: %s" % (type(error).__name__, error)


def plain(value):
    """The value as both sides can write it in JSON."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) < 2**53 else {"int": str(int(value))}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": bytes(value).hex()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return "<object>"


def type_of(value):
    kinds = ((type(None), "none"), (bool, "bool"), (int, "int"), (str, "text"), ((bytes, bytearray), "bytes"),
             ((list, tuple), "list"), (dict, "dict"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "object")


def hash_of(value):
    """What a hash or an HMAC is, and its digest so far."""
    digest = value.hexdigest(20) if value.digest_size == 0 else value.hexdigest()
    return [value.name, value.digest_size, value.block_size, digest]


SHOW = {
    "sorted": lambda value: sorted(plain(value), key=str),
    "hash": hash_of,
    "value": plain,
    "type": type_of,
    "length": lambda value: "%s of %d" % (type_of(value), len(value)),
    "nothing": lambda _: None,
    "names": lambda value: [item[0] if isinstance(item, tuple) else item["name"] for item in value],
}


def run(steps, files):
    script = Script(files)
    return [script.outcome(step) for step in steps]


def main():
    request = json.load(sys.stdin)
    answers = [run(steps, request["files"]) for steps in request["scripts"]]
    versions = {"python": [int(part) for part in platform.python_version_tuple()[:2]],
                "openssl": list(ssl.OPENSSL_VERSION_INFO[:2])}
    json.dump({"versions": versions, "answers": answers}, sys.stdout)


main()
