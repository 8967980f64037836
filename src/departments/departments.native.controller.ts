import { Access, Caller, type Principal } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { MadeAt } from '../openapi/made-at.decorator.js';
import { recordNumber } from './department.entity.js';
import {
  CreateDepartment,
  DepartmentDto,
  DepartmentPage,
  DepartmentsQuery,
  ChangeDepartment,
} from './departments.dto.js';
import { DepartmentsService } from './departments.service.js';
import { DuplicateDepartment } from './departments.problems.js';

@ApiTags('Questions')
@ApiParam({
  name: 'id',
  description: 'The number of the department.',
  schema: { type: 'integer', minimum: 1, example: 14 },
})
@Controller('v1/departments')
export class DepartmentsNativeController {
  constructor(private readonly departments: DepartmentsService) {}

  /** The departments of the workspace, newest first. Those of both APIs. */
  @Get()
  @Documented('listDepartments')
  @Access('api-key', 'questions:read')
  list(@Caller() caller: Principal, @Query() query: DepartmentsQuery): Promise<DepartmentPage> {
    return this.departments.page(caller, query);
  }

  /** One department. By its number. */
  @Get(':id')
  @Documented('getDepartment')
  @Refuses(NotFound)
  @Access('api-key', 'questions:read')
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<DepartmentDto> {
    return this.departments.get(caller, id);
  }

  /** Adds a department. 409 where its name is in use. */
  @Post()
  @Documented('addDepartment')
  @Refuses(DuplicateDepartment)
  @Access('api-key', 'questions:write')
  @MadeAt('/v1/departments')
  add(@Caller() caller: Principal, @Body() department: CreateDepartment): Promise<DepartmentDto> {
    return this.departments.add(caller, department);
  }

  /** Changes a department. What is absent stays as it is. 409 where the new name is in use. */
  @Patch(':id')
  @Documented('changeDepartment')
  @Refuses(NotFound, DuplicateDepartment)
  @Access('api-key', 'questions:write')
  change(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() change: ChangeDepartment,
  ): Promise<DepartmentDto> {
    return this.departments.change(caller, id, change);
  }

  /** Deletes a department. Also removes it from its questions. */
  @Delete(':id')
  @Documented('removeDepartment')
  @Refuses(NotFound)
  @HttpCode(204)
  @Access('api-key', 'questions:write')
  remove(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.departments.remove(caller, recordNumber(id));
  }
}
