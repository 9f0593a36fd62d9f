"""A co-process for the tests: one JSON request per line on stdin, one JSON answer per line on stdout.

Bytes travel as {"$bytes": base64}. Requests run in threads of their own, so answers may come in any order; "id" says
which is which. It works on every Python from 3.8 on.
"""
import base64
import hashlib
import hmac
import json
import os
import platform
import ssl
import sys
import threading
import traceback

import python_peer_tls as tls

output_lock = threading.Lock()


def encode(value):
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError("cannot send %r" % type(value))


def decode(value):
    return base64.b64decode(value["$bytes"]) if "$bytes" in value else value


def version():
    return {"python": platform.python_version(), "openssl": ssl.OPENSSL_VERSION,
            "opensslNumber": list(ssl.OPENSSL_VERSION_INFO)}


def new_hash(name, data=b"", length=None):
    digest = hashlib.new(name, data)
    return digest.digest() if length is None else digest.digest(length)


def algorithms():
    return {"guaranteed": hashlib.algorithms_guaranteed, "available": hashlib.algorithms_available}


def run(source, input=None):
    """Executes a snippet that defines main(input) and returns what main returns."""
    names = {"__name__": "snippet"}
    exec(compile(source, "<snippet>", "exec"), names)
    return names["main"](input)


def batch(calls):
    return [perform(operation, arguments) for operation, arguments in calls]


OPERATIONS = {
    "version": version,
    "run": run,
    "batch": batch,
    "hashlib.new": new_hash,
    "hashlib.pbkdf2_hmac": lambda hash_name, password, salt, iterations, dklen=None: hashlib.pbkdf2_hmac(
        hash_name, password, salt, iterations, dklen),
    "hashlib.scrypt": lambda password, **rest: hashlib.scrypt(password, **rest),
    "hashlib.algorithms": algorithms,
    "hmac.digest": lambda key, msg, digest: hmac.new(key, msg, digest).digest(),
    "hmac.compare_digest": lambda a, b: hmac.compare_digest(a, b),
    "ssl.serve": tls.serve,
    "ssl.connections": tls.connections,
    "ssl.close": tls.close,
    "ssl.connect": tls.connect,
    "ssl.match_hostname": tls.match_hostname,
    "ssl.decode_certificate": tls.decode_certificate,
}


def perform(operation, arguments):
    try:
        return {"result": OPERATIONS[operation](**arguments)}
    except Exception as error:
        described = tls.describe_error(error, "data")
        return {"error": dict(described, traceback=traceback.format_exc())}


def answer(request):
    reply = perform(request["operation"], request.get("arguments") or {})
    try:
        line = json.dumps(dict(reply, id=request["id"]), default=encode)
    except TypeError as error:
        line = json.dumps({"id": request["id"], "error": tls.describe_error(error, "data")})
    with output_lock:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def main():
    for line in sys.stdin:
        request = json.loads(line, object_hook=decode)
        threading.Thread(target=answer, args=(request,), daemon=True).start()
    # Threads may still wait for connections; the parent is gone or has asked us to end.
    os._exit(0)


if __name__ == "__main__":
    main()
