import { execFile } from 'node:child_process';
import { encryptionKey, type TestApp } from './app.js';
import { urlOf } from './database.js';

/** What a run of the command line came to. */
export interface Run {
  code: number;
  out: string;
  err: string;
}

/** The built command line, beside the application. */
export class CommandLine {
  private readonly environment: NodeJS.ProcessEnv;

  constructor({ connection }: TestApp) {
    this.environment = {
      PATH: process.env['PATH'],
      DATABASE_URL: urlOf(connection),
      ENCRYPTION_KEY: encryptionKey,
    };
  }

  run(args: string[], more: NodeJS.ProcessEnv = {}): Promise<Run> {
    return new Promise((resolve) => {
      const options = { env: { ...this.environment, ...more }, timeout: 120_000 };
      const child = execFile(process.execPath, ['dist/src/cli/main.js', ...args], options, (_, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      );
      child.stdin?.end();
    });
  }

  /** What it answers in JSON. */
  async json(...args: string[]) {
    const { code, out, err } = await this.run([...args, '--json']);
    if (code !== 0) throw new Error(err);
    return JSON.parse(out);
  }
}
