import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Body, type CanActivate, Controller, Get, Module, Post, Query, UseGuards } from '@nestjs/common';
import { APP_FILTER, APP_PIPE, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsOptional, IsString } from 'class-validator';
import { ProblemFilter, ProblemModule, Unauthorized } from '#libs/problem-details';
import { jsonBody } from '#libs/json-body';
import { BodyPipe, QueryInteger } from './index.js';

class Note {
  @IsString() text!: string;
}

class Page {
  @IsOptional() @QueryInteger() limit?: number;
}

class Closed implements CanActivate {
  canActivate(): boolean {
    throw new Unauthorized('no credential', false);
  }
}

@Controller('notes')
class Notes {
  @Post()
  write(@Body() note: Note) {
    return { note, isNote: note instanceof Note };
  }

  @Get()
  list(@Query() page: Page) {
    return page;
  }

  @Post('closed')
  @UseGuards(Closed)
  refuse(@Body() note: Note) {
    return note;
  }
}

@Module({
  imports: [ProblemModule.forRoot({ doors: [] })],
  controllers: [Notes],
  providers: [
    { provide: APP_PIPE, useClass: BodyPipe },
    { provide: APP_FILTER, useExisting: ProblemFilter },
  ],
})
class TestModule {}

let app: NestFastifyApplication;
beforeAll(async () => {
  const adapter = new FastifyAdapter();
  jsonBody(adapter.getInstance());
  app = await NestFactory.create<NestFastifyApplication>(TestModule, adapter, { bodyParser: false, logger: false });
  await app.init();
});
afterAll(() => app.close());

const post = (payload: string | undefined, url = '/notes') =>
  app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } });

it('hands a controller of Nest its DTO', async () =>
  expect((await post('{"text":"a","more":1}')).json()).toEqual({ note: { text: 'a' }, isNote: true }));

it.each([
  ['{"text":', 400, 'the body is not valid JSON'],
  ['[]', 400, 'the body must be a JSON object'],
  [undefined, 400, 'the body must be a JSON object'],
  ['{"text":1}', 422, 'text must be a string'],
  ['{"text":"\\u0000"}', 422, 'text must not contain NUL or a lone surrogate'],
])('answers %s with %d as a problem', async (payload, status, detail) => {
  const answer = await post(payload);
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.json().detail).toContain(detail);
});

it('reads bytes before the credential, and content after it', async () => {
  expect((await post('{"text":', '/notes/closed')).statusCode).toBe(400);
  expect((await post('{"text":"\\u0000"}', '/notes/closed')).statusCode).toBe(401);
});

it('reads a query', async () => {
  expect((await app.inject('/notes?limit=5')).json()).toEqual({ limit: 5 });
  for (const search of ['limit=abc', 'limit=', 'limit=1e1', 'limit=5&limit=6', 'limit=%00', 'x=%00'])
    expect((await app.inject(`/notes?${search}`)).statusCode).toBe(422);
});
