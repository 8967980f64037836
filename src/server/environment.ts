import { readFileSync } from 'node:fs';
import { validateSync } from 'class-validator';
import { Config, InvalidConfig, settings } from './config.js';

/**
 * Reads the environment. A variable that is unset or empty keeps its default; `NAME_FILE` names a file that holds the
 * value of `NAME`.
 * @throws InvalidConfig with every fault at once
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const config = new Config();
  const faults: string[] = [];
  for (const { name } of settings) {
    try {
      const text = textOf(name, environment);
      if (text !== undefined) Object.assign(config, { [name]: parse(name, text) });
    } catch (error) {
      faults.push((error as Error).message);
    }
  }
  const invalid = validateSync(config).flatMap(({ constraints }) => Object.values(constraints ?? {}));
  if (faults.length + invalid.length > 0) throw new InvalidConfig([...faults, ...invalid]);
  return config;
}

function textOf(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const file = environment[`${name}_FILE`];
  if (!file) return environment[name] || undefined;
  if (environment[name]) throw new Error(`${name} and ${name}_FILE are both set`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Error(`${name}_FILE names ${file}, which cannot be read`);
  }
}

function parse(name: string, text: string): unknown {
  const type: unknown = Reflect.getMetadata('design:type', Config.prototype, name);
  return type === Number ? Number(text) : text;
}
