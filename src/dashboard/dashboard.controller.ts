import { Public } from '#libs/access';
import { NotFound } from '#libs/problem-details';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerWith, answerWithPage } from '../documentation/published.file.js';
import { DashboardFiles } from './dashboard.files.js';

/** Serves the page for people. It contains no data: it asks the API with its reader's key. */
@ApiExcludeController()
@Public()
@Controller('dashboard')
export class DashboardController {
  constructor(private readonly files: DashboardFiles) {}

  @Get()
  page(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return answerWithPage(this.files.page, request, reply.header('referrer-policy', 'no-referrer'));
  }

  @Get(':name')
  asset(@Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const file = this.files.assets.get(name);
    if (!file) throw new NotFound();
    return answerWith(file, request, reply, 'public, max-age=31536000, immutable');
  }
}
