// The fastest that Fastify can be: it answers with what it was sent.
import fastify from 'fastify';

const server = fastify();
server.post('/feedback', (request, reply) => reply.send(request.body));
await server.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`${server.server.address().port}\n`);
process.once('SIGTERM', () => process.exit(0));
