import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Which way something goes. */
export type Direction = 'requests' | 'answers';

/** Looks at what passes. A number says that so many of its bytes go on and the connection is cut behind them. */
export type Scissors = (chunk: Buffer, what: Direction) => number | undefined;

/** A way to the database that can be cut, so that one application loses it and the others of the test run do not. */
export interface DatabaseProxy {
  port: number;
  /** Connections break, new ones are refused. */
  cut(): Promise<void>;
  /** What is sent in this direction from now on is lost. */
  lose(what: Direction): void;
  /** Connections stay, and nothing passes any more in either direction. */
  freeze(): void;
  /** Cuts one connection at a point of its conversation. */
  cutWhere(scissors: Scissors | undefined): void;
  /** As at the beginning; what was frozen flows on. */
  mend(): Promise<void>;
}

/** Listens on a free loopback port and hands everything on to PostgreSQL; `host` may be the directory of its socket. */
export async function proxyTo(host: string, port: number): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  let lost: Direction | undefined;
  let scissors: Scissors | undefined;
  const track = (socket: Socket, peer: Socket, what: Direction): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      peer.destroy();
    });
    socket.on('data', (chunk) => {
      const kept = scissors?.(chunk, what);
      if (kept !== undefined) {
        socket.pause();
        peer.end(chunk.subarray(0, kept), () => setImmediate(() => socket.destroy()));
      } else if (what !== lost) peer.write(chunk);
    });
    if (frozen) socket.pause();
  };
  const server = createServer((near) => {
    const far = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    track(near, far, 'requests');
    track(far, near, 'answers');
  });
  const listen = async (at: number): Promise<number> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  };
  const own = await listen(0);
  return {
    port: own,
    cut: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    lose: (what) => {
      lost = what;
    },
    freeze: () => {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    cutWhere: (given) => {
      scissors = given;
    },
    mend: async () => {
      frozen = false;
      scissors = undefined;
      lost = undefined;
      for (const socket of sockets) socket.resume();
      if (!server.listening) await listen(own);
    },
  };
}
