import { readFile, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { securitySchemes } from '#libs/access';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { pino } from 'pino';
import { AppModule } from './app.module.js';
import { Config } from './config.js';

/** The OpenAPI document of the application, which need not be initialised. The same code gives the same document. */
export function buildDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Afterword')
    .setDescription('Collects what people say after a conversation with an agent.')
    .setVersion('0.1.0')
    .addServer('/')
    .build();
  config.components = { ...config.components, securitySchemes };
  return SwaggerModule.createDocument(app, config);
}

/** `npm run openapi`: writes the document; with `--check`, says whether the one that is there is the same. */
async function main(): Promise<void> {
  const file = new URL('openapi/openapi.json', `file://${findPackageJSON(import.meta.url)}`);
  const app = await NestFactory.create(
    AppModule.forRoot(new Config(), {}, pino({ enabled: false })),
    new FastifyAdapter(),
    { preview: true, logger: false, abortOnError: false },
  );
  const text = `${JSON.stringify(buildDocument(app), null, 2)}\n`;
  if (!process.argv.includes('--check')) return writeFile(file, text);
  if ((await readFile(file, 'utf8')) === text) return;
  process.stderr.write('openapi/openapi.json is not what the code says: run `npm run openapi` and commit it.\n');
  process.exitCode = 1;
}

if (import.meta.main) await main();
