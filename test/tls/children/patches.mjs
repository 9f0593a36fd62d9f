// Prints the properties of the runtime's modules and globals that an import has changed, as paths in JSON.
import async_hooks from 'node:async_hooks';
import crypto from 'node:crypto';
import diagnostics_channel from 'node:diagnostics_channel';
import dns from 'node:dns';
import events from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import module from 'node:module';
import net from 'node:net';
import stream from 'node:stream';
import timers from 'node:timers';
import tls from 'node:tls';
import util from 'node:util';
import 'node:worker_threads'; // Node itself changes process.chdir when it is loaded

const modules = { async_hooks, crypto, diagnostics_channel, dns, events, fs, http, http2, https, module, net, stream, timers, tls, util }; // prettier-ignore
const roots = { process, module, ...modules, env: process.env, globalThis };
/** Objects whose members come and go by themselves: caches of modules and of lists. */
const MOVING =
  /^(?:module\._(?:pathCache|cache|stat|preloadModules)|process\.(?:moduleLoadList|_events|env)|env\.)/;
const DEEPEST = 4;

/** Adds the descriptors and the prototype of an object, and of what it holds. Getters are not called. */
function look(name, value, found, depth = 0) {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (!isObject || depth > DEEPEST || MOVING.test(name) || found.seen.has(value)) return;
  found.seen.add(value);
  const prototype = Object.getPrototypeOf(value);
  found.facts.set(`${name}.[prototype]`, [prototype]);
  look(`${name}.[prototype]`, prototype, found, depth + 1);
  for (const key of Reflect.ownKeys(value)) {
    const path = `${name}.${String(key)}`;
    const found1 = Object.getOwnPropertyDescriptor(value, key);
    if (MOVING.test(path) || found1 === undefined) continue;
    const { get, set, writable, enumerable, configurable } = found1;
    found.facts.set(path, [found1.value, get, set, writable, enumerable, configurable]);
    look(path, found1.value, found, depth + 1);
  }
}

function snapshot() {
  const found = { facts: new Map(), seen: new Set() };
  for (const [name, value] of Object.entries(roots)) look(name, value, found);
  const listeners = process.eventNames().map((name) => [name, process.listenerCount(name)]);
  found.facts.set('process listeners', [JSON.stringify(listeners.map(String))]);
  found.facts.set('environment', [JSON.stringify(process.env)]);
  return found.facts;
}

const before = snapshot();
await import(process.argv[2]);
const after = snapshot();
const isSame = (name) => {
  const [first, second] = [before.get(name), after.get(name)];
  return Boolean(first && second) && first.every((value, i) => Object.is(value, second[i]));
};
const changed = [...new Set([...before.keys(), ...after.keys()])].filter((name) => !isSame(name));
process.stdout.write(JSON.stringify({ looked: before.size, changed }));
