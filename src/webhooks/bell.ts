import { Injectable } from '@nestjs/common';

/** Rung when a delivery of a workspace has become due in this process. Other processes look for themselves. */
@Injectable()
export class Bell {
  private answer: (workspaceId: string) => void = () => undefined;

  onRing(answer: (workspaceId: string) => void): void {
    this.answer = answer;
  }

  ring(workspaceId: string): void {
    this.answer(workspaceId);
  }
}
