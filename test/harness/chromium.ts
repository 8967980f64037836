import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where Chromium is. Where there is none, `.ci/run` could not install one, and what needs it is skipped. */
export const executablePath = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => process.env['PATH']!.split(':').map((folder) => join(folder, name)))
  .find((file) => existsSync(file));
