import { call, type TestApp } from './app.js';
import { makeCredential, makeWorkspace } from './credential.js';
import { makeWebhook, type MadeWebhook, type Receiver, startReceiver } from './receiver.js';
import { until } from './until.js';

export const csat = { instrument: 'support-bot', scale: 'csat', score: 2, comment: 'Slow.' };

let tenants = 0;

/** A workspace of its own with an endpoint, which hears of every entry that is recorded. */
export class Hooked {
  private constructor(
    readonly app: TestApp,
    readonly key: string,
    readonly receiver: Receiver,
    public hook: MadeWebhook,
  ) {}

  static async in(app: TestApp): Promise<Hooked> {
    const workspace = await makeWorkspace(app, `hooked-${++tenants}`);
    const { key } = await makeCredential(app, { scopes: ['admin'], workspace });
    const receiver = await startReceiver();
    return new Hooked(app, key, receiver, await makeWebhook(app, { url: receiver.url }, key));
  }

  at(path = ''): string {
    return `/v1/webhooks/${this.hook.id}${path}`;
  }

  async submit(body: object = csat) {
    return (await call(this.app, '/v1/feedback', { key: this.key, body })).body;
  }

  post(path: string, body: object = {}) {
    return call(this.app, this.at(path), { key: this.key, body });
  }

  patch(body: object) {
    return call(this.app, this.at(), { method: 'PATCH', key: this.key, body });
  }

  async get(path = '') {
    return (await call(this.app, this.at(path), { key: this.key })).body;
  }

  async deliveries(query = '') {
    return (await this.get(`/deliveries${query}`)).data;
  }

  /** The newest delivery, once it has come to this. */
  async settled(outcome: string, attempts: number) {
    const isSettled = async (): Promise<boolean> => {
      const [newest] = await this.deliveries();
      return newest?.outcome === outcome && newest.attempts.length === attempts;
    };
    await until(isSettled, 10_000);
    return (await this.deliveries())[0];
  }
}
