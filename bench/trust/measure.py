# One measurement in a fresh process: python3 measure.py MODE, as measure.mjs.
import json
import os
import ssl
import sys
import time

bundle, mode = os.environ["BENCH_TRUST_BUNDLE"], sys.argv[1]


def make():
    return ssl.create_default_context(cafile=bundle)


def timed():
    cpu, wall = time.process_time(), time.perf_counter()
    context = make()
    return context, {
        "wall": (time.perf_counter() - wall) * 1000,
        "cpu": (time.process_time() - cpu) * 1000,
    }


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if mode == "times":
    first, second = timed(), timed()
    print(json.dumps([first[1], second[1]]))
else:
    kept = [make() for _ in range(5)]
    before = resident()
    kept += [make() for _ in range(int(mode))]
    print((resident() - before) / int(mode))
