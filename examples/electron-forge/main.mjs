// The main process: answers the page, and derives keys in a utility process, so that neither the windows nor this
// process wait.
import { app, BrowserWindow, ipcMain, utilityProcess } from 'electron';
import * as ssl from 'hermetic-ssl/ssl';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const here = import.meta.dirname;
const page = path.join(here, 'index.html');

/** Requests that wait for an answer of the utility process, by number. */
const waiting = new Map();
let worker;
let lastNumber = 0;

function startWorker() {
  const started = utilityProcess.fork(path.join(here, 'derive.mjs'), [], { serviceName: 'keys' });
  started.on('message', ({ number, key, error }) => {
    const { resolve, reject } = waiting.get(number);
    waiting.delete(number);
    if (error === undefined) resolve(key);
    else reject(new Error(error));
  });
  started.on('exit', (code) => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(new Error(`the process ended with ${code}`));
    waiting.clear();
  });
  return started;
}

function derive(password, salt) {
  worker ??= startWorker();
  lastNumber += 1;
  const number = lastNumber;
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject });
    worker.postMessage({ number, password, salt });
  });
}

/** Accepts only our own page, and only allowed requests. */
function check({ senderFrame }) {
  if (senderFrame?.url !== pathToFileURL(page).href) throw new Error('not asked by our page');
}

ipcMain.handle('version', (event) => {
  check(event);
  return ssl.OPENSSL_VERSION;
});

ipcMain.handle('derive', (event, password, salt) => {
  check(event);
  if (typeof password !== 'string' || typeof salt !== 'string') throw new TypeError('two strings');
  return derive(password, salt);
});

await app.whenReady();
const window = new BrowserWindow({
  webPreferences: {
    preload: path.join(here, 'preload.cjs'),
    contextIsolation: true,
    nodeIntegration: false,
    sandbox: true,
  },
});
app.on('window-all-closed', () => app.quit());
await window.loadFile(page);
