import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { HealthService } from '../health/health.service.js';

/** Milliseconds for what has been sent to arrive: once before connections are refused, once after. */
const grace = 250;

/** Milliseconds without a new connection after which the port can be closed without resetting anybody. */
const quiet = 100;

/** Milliseconds to wait for that. */
const quietTimeout = 1_000;

/** After this many milliseconds of draining, connections that still send, or do not take their answer, are cut. */
const drainFor = 8_000;

/**
 * How a server stops without losing a request. First it says so: /readyz is 503, and every answer closes its connection,
 * so that a balancer looks elsewhere. New connections are still taken, each for one more answer, so that what is on its
 * way arrives. Then the port is closed, then the rest is answered, then the application closes. After 8 s whoever still
 * sends, or has not taken the answer, is cut off.
 */
@Injectable()
export class Draining {
  private held: Promise<void> | undefined;

  constructor(private readonly health: HealthService) {}

  /** Makes the answers of `fastify` heed a draining that begins later. To be called before the first route is registered. */
  static heed(fastify: FastifyInstance, draining: () => Draining): void {
    // When an answer is sent, so that requests are heeded that came before the draining began.
    fastify.addHook('onSend', (_request, reply, _payload, done) => {
      const { held, health } = draining();
      const go = (): void => {
        if (health.draining) void reply.header('connection', 'close');
        done();
      };
      if (held) void held.then(go);
      else go();
    });
  }

  /** Resolves when everything is answered and `app` is closed. */
  async drain(app: NestFastifyApplication): Promise<void> {
    const server = app.getHttpServer();
    this.health.draining = true;
    const cut = setTimeout(() => server.closeAllConnections(), drainFor);
    await delay(grace);
    await this.closePort(server);
    await delay(grace);
    // A stream that began before leaves its connection open.
    const idle = setInterval(() => server.closeIdleConnections(), grace);
    await app.close();
    clearInterval(idle);
    clearTimeout(cut);
  }

  /**
   * Refuses connections from now on. Those that wait to be taken when the port is closed would be reset, with the requests
   * that they have sent. So answers are held back for a while, after which a client would connect anew, and the port is
   * closed when nobody has connected for a tenth of a second; or after a second.
   */
  private async closePort(server: Server): Promise<void> {
    const { promise, resolve: release } = Promise.withResolvers<void>();
    this.held = promise;
    const begun = performance.now();
    let connectedAt = begun;
    server.on('connection', () => void (connectedAt = performance.now()));
    // After a turn: whoever has connected is taken.
    for (let now = begun; now - connectedAt <= quiet && now - begun <= quietTimeout; now = performance.now())
      await turn();
    // Unlike http.Server.close(), this leaves alone the connections that are idle just now.
    NetServer.prototype.close.call(server);
    release();
  }
}
