// The clients of other services: ioredis, pg, mysql2, mqtt and nodemailer, each with the real server.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

import { Redis } from 'ioredis';
import mqtt from 'mqtt';
import mysql from 'mysql2/promise';
import { createTransport } from 'nodemailer';
import { Client } from 'pg';

export async function redisClient({ redis: port }, say) {
  if (!port) return;
  const redis = new Redis({ port, host: 'localhost', tls: {} });
  await redis.flushall();
  say(await redis.set('key', 'value'), await redis.get('key'));
  say(await redis.pipeline().incr('n').incr('n').exec());
  await redis.quit();
  const stranger = new Redis({
    ...{ port, host: '127.0.0.1', tls: {}, retryStrategy: () => null, lazyConnect: true },
  });
  stranger.on('error', (error) => say(error.code));
  await stranger.connect().catch((error) => say(error.message));
}

export async function pgClient({ postgres: port }, say) {
  if (!port) return;
  const common = { port, user: 'test', database: 'postgres' };
  const client = new Client({ ...common, host: 'localhost', ssl: true });
  await client.connect();
  say(
    (await client.query('select ssl, version from pg_stat_ssl where pid = pg_backend_pid()')).rows,
  );
  say((await client.query("select repeat('x', 100000) as x")).rows[0].x.length);
  await client.end();
  const stranger = new Client({ ...common, host: '127.0.0.1', ssl: true });
  stranger.on('error', () => undefined);
  say(await stranger.connect().catch((error) => error.code));
}

export async function mysqlClient({ mysql: port }, say) {
  if (!port) return;
  const common = { port, user: 'test', database: 'test' };
  const client = await mysql.createConnection({ ...common, host: 'localhost', ssl: {} });
  const [rows] = await client.query("show status like 'Ssl_version'");
  say(rows);
  const [[{ n }]] = await client.query("select length(repeat('x', 100000)) as n");
  say(n);
  await client.end();
  const stranger = mysql.createConnection({
    ...{ ...common, host: 'localhost', ssl: { ca: readFileSync(process.env.OTHER_CA) } },
  });
  say(await stranger.then(() => 'connected', (error) => error.code)); // prettier-ignore
}

export async function mqttClient({ mqtt: port }, say) {
  if (!port) return;
  const client = mqtt.connect(`mqtts://localhost:${port}`, { reconnectPeriod: 0 });
  await once(client, 'connect');
  await client.subscribeAsync('test/#', { qos: 1 });
  const message = once(client, 'message');
  await client.publishAsync('test/a', 'hello', { qos: 1 });
  const [topic, payload] = await message;
  say(topic, String(payload));
  await client.endAsync();
  const stranger = mqtt.connect(`mqtts://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  const [error] = await once(stranger, 'error');
  say(error.code);
  stranger.end(true);
}

export async function mailClient({ smtp: port }, say) {
  if (!port) return;
  const common = { port, requireTLS: true };
  const transport = createTransport({ ...common, host: 'localhost' });
  say(await transport.verify());
  transport.close();
  const stranger = createTransport({ ...common, host: '127.0.0.1' });
  say(await stranger.verify().catch((error) => [error.code, error.command]));
}
