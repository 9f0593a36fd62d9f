# The measured process for Python's hashlib: the same commands as main.mjs. "async" is a pool with a thread for each
# processor, because hashlib releases the interpreter's lock during a derivation.
import hashlib
import json
import os
import ssl
import sys
import time
from concurrent.futures import ThreadPoolExecutor

PASSWORD = b"correct horse battery staple"
SALT = b"0123456789abcdef"
HASHES = ["sha1", "sha256", "sha512"]
SPIN_STEPS = 100_000


def derive(wish, index):
    iterations = wish["iterations"][index % len(wish["iterations"])]
    return hashlib.pbkdf2_hmac(wish["hash"], PASSWORD, SALT, iterations, wish.get("length"))


def spin():
    started = time.perf_counter()
    value = 1
    for step in range(SPIN_STEPS):
        value = (value * 1664525 + step) & 0xFFFFFFFF
    return (time.perf_counter() - started) * 1000


def info(_):
    return {
        "runtime": "Python " + sys.version.split()[0],
        "library": ssl.OPENSSL_VERSION,
        "modes": ["sync", "async"],
        "isConfigurable": False,
        "engines": None,
        "answers": [derive({"hash": name, "iterations": [100], "length": 80}, 0).hex() for name in HASHES],
    }


def window(wish):
    before = spin()
    cpu = time.process_time()
    started = time.perf_counter()
    if wish["mode"] == "sync":
        for index in range(wish["count"]):
            derive(wish, index)
    else:
        processors = len(os.sched_getaffinity(0))
        with ThreadPoolExecutor(min(processors, wish["concurrency"])) as pool:
            list(pool.map(lambda index: derive(wish, index), range(wish["count"])))
    wall = time.perf_counter() - started
    used = time.process_time() - cpu
    return {"wall": wall * 1000, "cpu": used * 1000, "spin": (before + spin()) / 2}


COMMANDS = {"info": info, "window": window}

for line in sys.stdin:
    command = json.loads(line)
    try:
        reply = {"value": COMMANDS[command["name"]](command)}
    except Exception as error:
        reply = {"error": str(error)}
    print(json.dumps(reply), flush=True)
