import { Injectable } from '@nestjs/common';

/** What is counted under an id, or under a word of the caller's, and may have a name for people. */
export type Labelled = 'bot' | 'question' | 'channel';

/** The names for people of those of `ids` that have one in the workspace, by id. */
export type Naming = (workspaceId: string, ids: string[]) => Promise<Map<string, string>>;

/** Rooms whose records have names add themselves here, so that analytics shows the names without knowing the rooms. */
@Injectable()
export class Labels {
  private readonly namings = new Map<Labelled, Naming>();

  add(kind: Labelled, naming: Naming): void {
    this.namings.set(kind, naming);
  }

  /** The names of those of `ids` that have one. */
  async of(workspaceId: string, kind: Labelled, ids: string[]): Promise<Map<string, string>> {
    const wanted = [...new Set(ids)].filter((id) => id !== '');
    return wanted.length === 0 ? new Map() : ((await this.namings.get(kind)?.(workspaceId, wanted)) ?? new Map());
  }
}
