// What one writes by hand: Fastify with a schema, a key that is compared, and one prepared INSERT through `pg` a request.
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';

const { connection, key } = JSON.parse(process.env.BENCH);
const pool = new pg.Pool({ ...connection, max: 10 });
await pool.query(`create table if not exists by_hand (
  id uuid primary key, type text not null, message_id text not null, details text, properties jsonb,
  created_at timestamptz not null default now())`);

const text = { type: 'string', maxLength: 10_000 };
const body = {
  type: 'object',
  required: ['type', 'messageId'],
  properties: {
    type: { enum: ['positive', 'negative'] },
    messageId: { type: 'string', minLength: 1, maxLength: 255 },
    details: text,
    properties: { type: 'object' },
  },
};

const server = fastify();
server.post('/feedback', { schema: { body } }, async (request, reply) => {
  if (request.headers.authorization !== `Bearer ${key}`) return reply.code(401).send({ message: 'no' });
  const { type, messageId, details = null, properties = null } = request.body;
  const { rows } = await pool.query({
    name: 'insert',
    text: `insert into by_hand (id, type, message_id, details, properties) values ($1, $2, $3, $4, $5)
      returning id, created_at`,
    values: [randomUUID(), type, messageId, details, properties],
  });
  return { id: rows[0].id, type, messageId, createdAt: rows[0].created_at, details, properties };
});
await server.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`${server.server.address().port}\n`);
process.once('SIGTERM', () => process.exit(0));
