"""Answers a batch of cases with Python's hashlib and hmac: JSON list in, JSON list of hexadecimal strings out."""
import hashlib
import hmac
import json
import sys


def answer(case):
    name = case.get("algorithm")
    if case["op"] == "hash":
        made = hashlib.new(name, bytes.fromhex(case["message"]))
        return made.hexdigest(case["length"]) if "length" in case else made.hexdigest()
    if case["op"] == "blake2":
        options = {keyword: bytes.fromhex(value) if isinstance(value, str) else value
                   for keyword, value in case["options"].items()}
        return getattr(hashlib, name)(bytes.fromhex(case["message"]), **options).hexdigest()
    if case["op"] == "scrypt":
        password, salt = bytes.fromhex(case["password"]), bytes.fromhex(case["salt"])
        cost = {keyword: case[keyword] for keyword in ("n", "r", "p", "dklen")}
        return hashlib.scrypt(password, salt=salt, maxmem=2**28, **cost).hex()
    if case["op"] == "hmac":
        return hmac.new(bytes.fromhex(case["key"]), bytes.fromhex(case["message"]), name).hexdigest()
    password, salt = bytes.fromhex(case["password"]), bytes.fromhex(case["salt"])
    return hashlib.pbkdf2_hmac(name, password, salt, case["iterations"], case["dklen"]).hex()


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
