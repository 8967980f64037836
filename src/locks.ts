import { AdvisoryLock } from '#libs/persistence';

/**
 * Every advisory lock that the product takes, so that no two of them share a key. Replicas of two releases run side by
 * side during an upgrade, so a key never changes. The libs hold two more: 7310041 while the schema is migrated, and
 * 7305809164 for as long as a process owns the embedded PostgreSQL.
 */
export const locks = {
  /** Two columns may hold the hash of an API key, and no constraint spans both: held by whoever brings or moves a key. */
  apiKeys: AdvisoryLock.numbered(7_310_042),

  /** Held by whoever moves or replaces the score counts of a workspace: nobody else changes them. */
  scoreCounts: (workspaceId: string) => AdvisoryLock.named(`score counts ${workspaceId}`),

  /** Held by whoever gives series of a workspace their numbers, so that the limits of names hold exactly. */
  scoreSeries: (workspaceId: string) => AdvisoryLock.named(`score series ${workspaceId}`),

  /**
   * Held by whoever erases a respondent. Two at once would deadlock: the later one locks entries that were stored after
   * the earlier one had looked for entries, then waits for the person, whom the earlier one holds.
   */
  erasure: (workspaceId: string, respondent: string) => AdvisoryLock.named(`erasure ${workspaceId} ${respondent}`),

  /** Held by whoever makes a webhook of a workspace, so that their limit holds exactly. */
  webhooks: (workspaceId: string) => AdvisoryLock.named(`webhooks ${workspaceId}`),

  /** Held by whoever makes a watch in a workspace, so that their limit holds exactly. */
  watches: (workspaceId: string) => AdvisoryLock.named(`watches ${workspaceId}`),

  /** Held by whoever loads the demonstration into a workspace, or clears it. */
  demo: (workspaceId: string) => AdvisoryLock.named(`demo ${workspaceId}`),
};
