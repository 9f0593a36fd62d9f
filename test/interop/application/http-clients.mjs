// The clients of HTTP: axios, got, undici, node-fetch, ws, gRPC, and the runtime's own fetch, https and http2.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';

import grpc from '@grpc/grpc-js';
import { create } from 'axios';
import { got } from 'got';
import nodeFetch from 'node-fetch';
import * as undici from 'undici';
import { WebSocket } from 'ws';

import { ECHO } from './servers.mjs';

/** The code of an error, or that of its cause. */
const codeOf = (error) => error?.code ?? error?.cause?.code ?? String(error);
const failure = async (promise) =>
  codeOf(
    await promise.then(
      () => 'no error',
      (error) => error,
    ),
  );

export async function axiosClient({ express }, say) {
  const base = `https://localhost:${express}`;
  const agent = new https.Agent({ keepAlive: true });
  const client = create({ httpsAgent: agent });
  say((await client.get(`${base}/hello`)).data);
  say((await client.post(`${base}/echo`, { a: [1, 2] })).data);
  say(await failure(client.get(`https://127.0.0.1:${express}/hello`)));
  say(await failure(client.get(`${base}/half`)));
  agent.destroy();
}

export async function gotClient({ express, nginx, http2: secure }, say) {
  say(await got(`https://localhost:${express}/hello`).json());
  say(await got.post(`https://localhost:${express}/echo`, { json: { b: 2 } }).json());
  say(await failure(got(`https://127.0.0.1:${express}/hello`, { retry: { limit: 0 } })));
  say((await got(`https://localhost:${secure}/by-got`, { http2: true })).body);
  if (nginx) say(await got.post(`https://localhost:${nginx}/`, { body: 'to nginx' }).text());
}

export async function undiciClient({ fastify, express, nginx }, say) {
  const { body, statusCode } = await undici.request(`https://localhost:${fastify}/hello`);
  say(statusCode, await body.json());
  const agent = new undici.Agent({ allowH2: true });
  const response = await undici.fetch(`https://localhost:${express}/hello`, { dispatcher: agent });
  say(await response.json());
  say(await failure(undici.request(`https://127.0.0.1:${fastify}/hello`)));
  if (nginx) {
    const answer = await undici.request(`https://localhost:${nginx}/`, { method: 'POST', body: 'undici' }); // prettier-ignore
    say(answer.statusCode, await answer.body.text());
  }
  await agent.close();
  await undici.getGlobalDispatcher().close();
}

export async function nodeFetchClient({ fastify, nginx }, say) {
  const agent = new https.Agent({ keepAlive: true });
  for (let i = 0; i < 2; i++)
    say(await (await nodeFetch(`https://localhost:${fastify}/hello`, { agent })).json());
  say(await failure(nodeFetch(`https://127.0.0.1:${fastify}/hello`)));
  if (nginx)
    say(await (await nodeFetch(`https://localhost:${nginx}/`, { method: 'POST', body: 'x', agent })).text()); // prettier-ignore
  agent.destroy();
}

export async function globalFetch({ fastify, nginx }, say) {
  say(await (await fetch(`https://localhost:${fastify}/hello`)).json());
  say(await failure(fetch(`https://127.0.0.1:${fastify}/hello`)));
  if (nginx) say(await (await fetch(`https://localhost:${nginx}/`, { method: 'POST', body: 'f' })).text()); // prettier-ignore
}

export async function httpsModule({ express, nginx }, say) {
  for (const port of [express, nginx].filter(Boolean)) {
    const request = https.get({ port, host: 'localhost', path: '/hello', agent: false });
    const [response] = await once(request, 'response');
    const { authorized, alpnProtocol, servername } = response.socket;
    say(response.statusCode, authorized, alpnProtocol, servername);
    say(response.socket.getProtocol(), response.socket.getPeerCertificate().subject);
    response.resume();
    await once(response, 'close');
  }
  const refused = https.get({ port: express, host: '127.0.0.1', ca: readFileSync('/dev/null') });
  const [error] = await once(refused, 'error');
  say(error.code, error.message);
}

export async function http2Module({ http2: port }, say) {
  const session = http2.connect(`https://localhost:${port}`);
  await once(session, 'connect');
  const stream = session.request({ ':path': '/a' });
  stream.setEncoding('utf8');
  let body = '';
  for await (const chunk of stream) body += chunk;
  say(body);
  session.close();
  await once(session, 'close');
}

export async function webSocket({ express }, say) {
  const socket = new WebSocket(`wss://localhost:${express}`);
  const messages = [];
  socket.on('message', (message) => {
    messages.push(Buffer.from(message).toString('latin1', 0, 40), message.length);
    if (messages.length === 2) socket.send('x'.repeat(100_000));
    else socket.close(4000, 'enough');
  });
  const [code, reason] = await once(socket, 'close');
  say(messages, code, String(reason));
  const stranger = new WebSocket(`wss://127.0.0.1:${express}`);
  const [error] = await once(stranger, 'error');
  say(error.code);
}

export async function grpcClient({ grpc: port }, say) {
  const credentials = grpc.credentials.createSsl(readFileSync(process.env.NODE_EXTRA_CA_CERTS));
  const Client = grpc.makeGenericClientConstructor({ echo: ECHO }, 'Echo');
  const call = (host, given) =>
    new Promise((resolve) => {
      const client = new Client(`${host}:${port}`, given);
      const deadline = Date.now() + 5000;
      client.echo('words', { deadline }, (error, answer) => {
        client.close();
        resolve(error ? [error.code] : [null, answer]);
      });
    });
  say(await call('localhost', credentials));
  say(await call('localhost', grpc.credentials.createSsl(readFileSync(process.env.OTHER_CA))));
}
