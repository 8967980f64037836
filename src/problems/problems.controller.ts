import { Public } from '#libs/access';
import { basePathOf } from '#libs/base-path';
import { weightsIn } from '#libs/negotiation';
import { type CataloguedProblem, NotFound } from '#libs/problem-details';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asHtml, asJson, listAsHtml } from './problem.page.js';

export const ProblemCatalogue = Symbol('ProblemCatalogue');

/** What the `type` of a problem leads to: a page for people, JSON for programs. */
@ApiExcludeController()
@Public()
@Controller('problems')
export class ProblemsController {
  constructor(@Inject(ProblemCatalogue) private readonly catalogue: CataloguedProblem[]) {}

  @Get()
  list(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const basePath = basePathOf(request);
    if (wantsHtml(request)) return answer(reply, listAsHtml(this.catalogue, basePath));
    return answer(reply, { data: this.catalogue.map((problem) => asJson(problem, basePath)) });
  }

  @Get(':slug')
  get(@Param('slug') slug: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const problem = this.catalogue.find(({ example }) => example.kind.slug === slug);
    if (!problem) throw new NotFound('there is no such problem');
    return answer(reply, (wantsHtml(request) ? asHtml : asJson)(problem, basePathOf(request)));
  }
}

function answer(reply: FastifyReply, page: string | object) {
  return reply
    .headers({
      vary: 'Accept',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    })
    .type(typeof page === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8')
    .send(page);
}

/** Browsers name text/html; whoever names JSON as gladly, both with a weight of nothing, or no type, gets JSON. */
function wantsHtml({ headers }: FastifyRequest): boolean {
  const weights = weightsIn(headers.accept);
  const weightOf = (type: string): number => weights.get(type) ?? 0;
  return weightOf('text/html') > Math.max(weightOf('application/json'), weightOf('application/problem+json'));
}
