// How many messages a second go to a receiver on the same machine, and what submissions lose meanwhile: the write path of a
// workspace in which nobody wants anything, beside one with an endpoint.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { load, post } from './load.mjs';
import { machine } from './machine.mjs';
import { adminKey, startPostgres, startServer, urlOf } from './servers.mjs';

const entries = Number(process.env.ENTRIES ?? 20_000);
const seconds = Number(process.env.SECONDS ?? 5);

process.stdout.write(`${machine()}\n`);
const receiver = await startReceiver();
const postgres = await startPostgres();
const server = await startServer({
  settings: {
    DATABASE_URL: urlOf(postgres.connection),
    ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
    LOG_LEVEL: 'fatal',
    RATE_LIMIT: '0',
    WEBHOOK_HOSTS: '127.0.0.1',
  },
});
const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
const body = JSON.stringify({ instrument: 'support-bot', scale: 'csat', score: 2, comment: 'It took too long.' });
const submitting = { port: server.port, connections: 64, seconds, request: () => post('/v1/feedback', headers, body) };

await load({ ...submitting, seconds: 2 });
for (let round = 1; round <= 3; round++) {
  const before = await load(submitting);
  const { id } = await server.call('/v1/webhooks', { url: receiver.url, events: ['feedback.recorded'] });
  const [told, during] = [await delivered(), await load(submitting)];
  const meanwhile = (await delivered()) - told;
  await drained();
  await change(id, { enabled: false });
  for (let sent = 0; sent < entries; sent += 5_000) await batch(5_000);
  const begun = performance.now();
  const first = await delivered();
  await change(id, { enabled: true });
  await drained();
  const rate = ((await delivered()) - first) / ((performance.now() - begun) / 1_000);
  await fetch(`http://127.0.0.1:${server.port}/v1/webhooks/${id}`, {
    method: 'DELETE',
    headers: { authorization: headers.authorization },
  });
  process.stdout.write(
    `round ${round}: ${Math.round(rate)} deliveries/s; submissions/s ${before.perSecond} (p99 ${before.p99.toFixed(1)} ms) with nobody to tell, ` +
      `${during.perSecond} (p99 ${during.p99.toFixed(1)} ms) while ${Math.round(meanwhile / seconds)} messages/s are sent\n`,
  );
}
await server.stop();
await postgres.stop();
receiver.child.kill();

async function delivered() {
  return (await postgres.client.query(`select count(*)::int as n from webhook_delivery where outcome = 'delivered'`))
    .rows[0].n;
}

async function drained() {
  const waiting = () => postgres.client.query(`select from webhook_delivery where outcome = 'pending' limit 1`);
  while ((await waiting()).rowCount > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function change(id, changes) {
  const options = { method: 'PATCH', headers, body: JSON.stringify(changes) };
  const { ok, status } = await fetch(`http://127.0.0.1:${server.port}/v1/webhooks/${id}`, options);
  if (!ok) throw new Error(`not changed: ${status}`);
}

async function batch(count) {
  const { ok, status } = await fetch(`http://127.0.0.1:${server.port}/v1/feedback/batch`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-ndjson' },
    body: `${body}\n`.repeat(count),
  });
  if (!ok) throw new Error(`not stored: ${status}`);
}

/** In a process of its own. */
async function startReceiver() {
  const code = `require('node:http').createServer((request, response) => request.resume().on('end', () => response.writeHead(204).end()))
    .listen(0, '127.0.0.1', function () { process.stdout.write(String(this.address().port)) })`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  return { child, url: `http://127.0.0.1:${port}/` };
}
