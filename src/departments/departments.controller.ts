import { Access, Caller, type Principal } from '#libs/access';
import { jsonArray, jsonStream } from '#libs/json-stream';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import {
  AddAcquireDepartments,
  AcquireDepartmentsAdded,
  ChangeAcquireDepartment,
  AcquireDepartmentAnswer,
  AcquireDepartmentDeleted,
  AcquireDepartmentsAnswer,
  DepartmentToDelete,
} from './departments.dto.js';
import { DepartmentsService } from './departments.service.js';
import { DuplicateDepartment } from './departments.problems.js';

/** Departments in the words of Acquire. */
@ApiTags('Questions (Acquire)')
@ApiParam({
  name: 'id',
  description: 'The number of the department.',
  schema: { type: 'integer', minimum: 1, example: 14 },
})
@Controller('api/v1/account/department')
export class DepartmentsController {
  constructor(private readonly departments: DepartmentsService) {}

  /** Every department of the workspace. Oldest first. */
  @Get()
  @Documented('listAcquireDepartments')
  @Access('api-key', 'questions:read')
  @ApiOkResponse({ type: AcquireDepartmentsAnswer })
  list(@Caller() caller: Principal): StreamableFile {
    return jsonStream(this.all(caller));
  }

  private async *all(caller: Principal): AsyncGenerator<string> {
    yield `{"data":{"count":${await this.departments.count(caller)},"data":`;
    yield* jsonArray(this.departments.inParts(caller));
    yield '}}';
  }

  /** One department. By its number. */
  @Get(':id')
  @Documented('getAcquireDepartment')
  @Refuses(NotFound)
  @Access('api-key', 'questions:read')
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<AcquireDepartmentAnswer> {
    return { data: await this.departments.get(caller, id) };
  }

  /** Adds departments. All of them, or none where a name is in use or there twice. */
  @Post()
  @Documented('addAcquireDepartment')
  @Refuses(DuplicateDepartment)
  @HttpCode(200)
  @Access('api-key', 'questions:write')
  async add(
    @Caller() caller: Principal,
    @Body() { department_list }: AddAcquireDepartments,
  ): Promise<AcquireDepartmentsAdded> {
    return { data: await this.departments.addAll(caller, department_list) };
  }

  /** Changes a department. What is absent stays as it is. 400 where the new name is in use. */
  @Put(':id')
  @Documented('changeAcquireDepartment')
  @Refuses(NotFound, DuplicateDepartment)
  @Access('api-key', 'questions:write')
  async change(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() change: ChangeAcquireDepartment,
  ): Promise<AcquireDepartmentAnswer> {
    return { data: await this.departments.change(caller, id, change) };
  }

  /** Deletes a department. Also removes it from its questions. Ours: 404 for one that there is not, where the vendor also names 400. */
  @Delete()
  @Documented('removeAcquireDepartment')
  @Refuses(NotFound)
  @Access('api-key', 'questions:write')
  async remove(@Caller() caller: Principal, @Query() { id }: DepartmentToDelete): Promise<AcquireDepartmentDeleted> {
    await this.departments.remove(caller, id);
    return { data: { deleted: 1 } };
  }
}
