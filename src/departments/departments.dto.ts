import {
  AtLeast,
  enumSchema,
  IfSent,
  Matching,
  MaxItems,
  MinItems,
  Must,
  Nested,
  PageQuery,
  QueryInteger,
  Strict,
  Text,
  Values,
} from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { KeepsLimitsOf } from '../openapi/limits.js';
import { type Status, statuses, statusNamed } from './department.entity.js';

const IsStatus = (): PropertyDecorator =>
  Must('be active or disabled', (value) => statusNamed(value) !== undefined, enumSchema(statuses));

/** A new department. */
export class NewDepartment {
  /** Unique in the workspace: 1 to 255 characters, not all of them blank. */
  @Text(1, 255)
  @Matching(/\S/, 'not be blank')
  name: string;

  /** `active` (the default) or `disabled`, in whatever case. */
  @IsOptional()
  @IsStatus()
  status?: string | null;
}

/** A new department. */
@Strict()
export class CreateDepartment extends NewDepartment {}

/** New departments. */
export class AddAcquireDepartments {
  /** 1 to 1000 departments: all of them are added, or none. */
  @Nested(() => NewDepartment, { each: true })
  @MinItems(1, 'not be empty')
  @MaxItems(1_000, 'hold at most 1000 departments')
  department_list: NewDepartment[];
}

/** A change of a department: what is absent stays as it is. */
export class ChangeAcquireDepartment {
  /** Unique in the workspace: 1 to 255 characters, not all of them blank. */
  @IfSent()
  @Text(1, 255)
  @Matching(/\S/, 'not be blank')
  name?: string;

  /** `active` or `disabled`, in whatever case. */
  @IfSent()
  @IsStatus()
  status?: string;
}

/** A change of a department: what is absent stays as it is. */
@Strict()
export class ChangeDepartment extends ChangeAcquireDepartment {}

/** Which department. */
export class DepartmentToDelete {
  /** The department's number. */
  @QueryInteger()
  @AtLeast(1)
  id: number;
}

@Strict()
export class DepartmentsQuery extends PageQuery {}

/** A department, which asks questions. */
@KeepsLimitsOf(CreateDepartment)
export class DepartmentDto {
  /** Names the department from now on. */
  @ApiProperty({ type: 'integer', minimum: 1 })
  id: number;
  /** Unique in the workspace. */
  name: string;
  @Values(statuses)
  status: Status;
}

/** A page of departments, newest first. */
export class DepartmentPage {
  data: DepartmentDto[];
  /** The `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

/** The department as it is stored, wrapped as the vendor does. */
export class AcquireDepartmentAnswer {
  data: DepartmentDto;
}

/** The departments that were added, wrapped as the vendor does. */
export class AcquireDepartmentsAdded {
  /** In the order in which they were sent. */
  data: DepartmentDto[];
}

/** Every department of the workspace. */
export class AcquireDepartmentList {
  /** How many there are. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  count: number;
  /** Oldest first. */
  data: DepartmentDto[];
}

/** Every department of the workspace, wrapped as the vendor does. */
export class AcquireDepartmentsAnswer {
  data: AcquireDepartmentList;
}

/** How many departments were deleted. */
export class DeletedDepartments {
  /** Always 1. */
  @ApiProperty({ type: 'integer' })
  deleted: number;
}

/** The department is deleted. */
export class AcquireDepartmentDeleted {
  data: DeletedDepartments;
}
