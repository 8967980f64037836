import { Public } from '#libs/access';
import { basePathOf } from '#libs/base-path';
import { NotFound } from '#libs/problem-details';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DocumentationService } from './documentation.service.js';
import { answerWith, answerWithPage } from './published.file.js';
import { docsAsset, docsPage } from './swagger-ui.js';

/** The OpenAPI document, and a page to read it and try it out. */
@ApiExcludeController()
@Public()
@Controller()
export class DocumentationController {
  constructor(private readonly documentation: DocumentationService) {}

  @Get('openapi.json')
  json(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return answerWith(this.documentation.below(basePathOf(request)).json, request, reply);
  }

  @Get('openapi.yaml')
  yaml(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return answerWith(this.documentation.below(basePathOf(request)).yaml, request, reply);
  }

  @Get('docs')
  page(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return answerWithPage(docsPage, request, reply);
  }

  @Get('docs/:name')
  asset(@Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const file = docsAsset(name);
    if (!file) throw new NotFound();
    return answerWith(file, request, reply);
  }
}
